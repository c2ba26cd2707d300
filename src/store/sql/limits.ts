// No request for a pool in a database outlives REQUEST_MS: what waits is told so, and what comes late
// is given back. The others follow from it; milliseconds.

/** From the question to its answer or refusal. */
export const REQUEST_MS = 10_000
/** One batch in the worker, connecting included. */
export const BATCH_MS = 9_000
/** To the first answer of the server. */
export const CONNECT_MS = 4_000
/** For locks that others hold. */
export const LOCK_MS = 7_000
/** A connection that nobody wants is closed: locks of a server that vanished go with it. */
export const IDLE_MS = 5_000
/** After so long without a word the database takes a holder of locks for dead. */
export const SILENCE_MS = 10_000
/** One conversation of an operator's command. */
export const ADMIN_MS = 60_000
