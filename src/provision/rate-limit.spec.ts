import { describe, expect, it } from 'vitest'
import { type RateLimit, rateLimit } from './rate-limit.ts'

const HOUR_MS = 3_600_000

/** How many of a hundred are admitted at one moment. */
function admitted(rate: RateLimit, key: string, now: number): number {
  return Array.from({ length: 100 }, () => rate.admits(key, now)).filter(Boolean).length
}

describe('rateLimit', () => {
  it('admits a burst, then ten a second, to each key', () => {
    const rate = rateLimit()
    expect(admitted(rate, 'N1', 0)).toBe(60)
    expect(admitted(rate, 'N1', 1000)).toBe(10)
    expect(admitted(rate, 'N2', 1000)).toBe(60)
    expect(admitted(rate, 'N1', HOUR_MS)).toBe(60)
  })

  it('goes on when the clock is set back', () => {
    const rate = rateLimit()
    rate.admits('N1', HOUR_MS)
    expect(admitted(rate, 'N1', 0)).toBe(59)
    expect(admitted(rate, 'N1', 1000)).toBe(10)
  })
})
