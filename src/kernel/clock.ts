/** The time, as a port: levels 0 to 3 never ask the machine. */
export type Clock = {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number
}

/** The last moment that a Date can be. */
const LAST = 8.64e15

/** `2026-11-22 14:22:33 UTC`. @param time ms since 1970; what is later than any Date is the last */
export function utcText(time: number): string {
  return new Date(Math.min(time, LAST)).toISOString().replace('T', ' ').replace(/\..*/, ' UTC')
}
