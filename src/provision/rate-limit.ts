/** How many events a node may send at once, and how many a second thereafter. */
const BURST = 60
const PER_SECOND = 10
/** Nodes remembered; the longest silent are forgotten first, their allowance being full again. */
const MOST_NODES = 20_000

/** A token bucket for each key. */
export type RateLimit = {
  /** @param now milliseconds */
  admits(key: string, now: number): boolean
}

export function rateLimit(): RateLimit {
  const buckets = new Map<string, { readonly tokens: number; readonly at: number }>()
  return {
    admits(key, now) {
      const last = buckets.get(key) ?? { tokens: BURST, at: now }
      // A clock that was set back takes nothing away.
      const seconds = Math.max(0, now - last.at) / 1000
      const refilled = Math.min(BURST, last.tokens + seconds * PER_SECOND)
      const admitted = refilled >= 1
      buckets.delete(key)
      buckets.set(key, { tokens: admitted ? refilled - 1 : refilled, at: now })
      if (buckets.size > MOST_NODES) buckets.delete(buckets.keys().next().value ?? key)
      return admitted
    },
  }
}
