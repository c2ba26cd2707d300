import type { Clock } from '../../kernel/clock.ts'

export const realClock: Clock = { now: () => Date.now() }

/** @param ms how far ahead of the real time */
export function clockAhead(ms: number): Clock {
  return { now: () => Date.now() + ms }
}
