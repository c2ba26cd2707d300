/** Who lived this long was sound, in milliseconds. */
const SOUND_MS = 60_000
const FIRST_MS = 100
const LONGEST_MS = 30_000

/** How long to wait before something that keeps dying is started again. */
export type BackOff = {
  /**
   * @param livedMs how long it lived
   * @returns milliseconds: none for the first death, then twice as long each time
   */
  next(livedMs: number): number
}

export function backOff(): BackOff {
  let deaths = 0
  return {
    next(livedMs) {
      deaths = livedMs >= SOUND_MS ? 1 : deaths + 1
      return deaths === 1 ? 0 : Math.min(LONGEST_MS, FIRST_MS * 2 ** (deaths - 2))
    },
  }
}
