/** The time, as a port: levels 0 to 3 never ask the machine. */
export type Clock = {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number
}
