/** Lets time pass, as a port: levels 0 to 3 have no timers. */
export type Timer = {
  /** Does something once the time has passed. @returns how to call it off */
  after(milliseconds: number, act: () => void): () => void
}
