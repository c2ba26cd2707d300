/** How long what may take in a database; milliseconds. */
export type SqlLimits = {
  /** From the question to its answer or refusal. */
  readonly request: number
  /** One batch in the worker, connecting included. */
  readonly batch: number
  /** To the first answer of a server. */
  readonly connect: number
  /** For locks that others hold. */
  readonly lock: number
  /** A connection that nobody wants is closed: locks of a server that vanished go with it. */
  readonly idle: number
  /** After so long without a word the database takes a holder of locks for dead. */
  readonly silence: number
  /** Between two attempts to give back what nobody got. */
  readonly giveBack: number
}

/**
 * A switch waits 30 s for its definition: no request for a pool outlives ten, and what comes later is
 * given back.
 */
export const LIMITS: SqlLimits = {
  request: 10_000,
  batch: 9_000,
  connect: 4_000,
  lock: 7_000,
  idle: 5_000,
  silence: 10_000,
  giveBack: 5_000,
}

/** For a person's commands, on pools of any size. */
export const ADMIN_LIMITS: SqlLimits = { ...LIMITS, batch: 60_000 }
