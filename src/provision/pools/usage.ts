import { ZtpError } from '../../kernel/errors.ts'
import type { PoolEntryStatus } from '../../resource/pool-admin.ts'

/** How much of a pool is given out; a range that is not expanded yet counts as its entries. */
export type PoolUsage = {
  readonly entries: number
  readonly free: number
  readonly reserved: number
  readonly inUse: number
  readonly held: number
}

/** What counts of an entry. */
export type Counted = Pick<PoolEntryStatus, 'size' | 'state'>

/** When to warn that a pool is nearly used up. */
export type SoonRule = {
  /** In words, as a person reads it under a list of pools. */
  readonly means: string
  isSoon(usage: PoolUsage): boolean
}

export type Shortage = 'empty' | 'exhausted' | 'soon'

/** Pools of which less than half is given out are no worry, however small. */
export const DEFAULT_SOON: SoonRule = {
  means: 'fewer than 5 free, or less than 10 %, once half of the pool is given out',
  isSoon: ({ entries, free }) => free * 2 <= entries && (free < 5 || free * 10 < entries),
}

export function usageOf(entries: readonly Counted[]): PoolUsage {
  const sums = { free: 0, reserved: 0, 'in use': 0, held: 0 }
  for (const { state, size } of entries) sums[state] += size
  const { free, reserved, 'in use': inUse, held } = sums
  return { entries: free + reserved + inUse + held, free, reserved, inUse, held }
}

/** 0 to 100, rounded down: 100 means that nothing is free. */
export function percentUsed({ entries, free }: PoolUsage): number {
  return entries === 0 ? 0 : Math.floor(((entries - free) * 100) / entries)
}

/** @returns undefined when there is room */
export function shortageOf(usage: PoolUsage, soon: SoonRule): Shortage | undefined {
  if (usage.entries === 0) return 'empty'
  if (usage.free === 0) return 'exhausted'
  return soon.isSoon(usage) ? 'soon' : undefined
}

/**
 * What `--soon` says: `20` is fewer than 20 free entries, `15%` less than that part of the pool.
 *
 * @throws ZtpError ZTP_USAGE
 */
export function parseSoon(text: string | undefined): SoonRule {
  if (text === undefined) return DEFAULT_SOON
  const [, digits = '', percent] = /^(\d{1,9})\s*(%?)$/.exec(text.trim()) ?? []
  if (digits === '' || (percent === '%' && Number(digits) > 100)) {
    throw new ZtpError(
      'ZTP_USAGE',
      `--soon takes a number of entries or a part, as in 20 or 15%, not '${text}'`,
    )
  }
  const limit = Number(digits)
  return percent === '%'
    ? {
        means: `less than ${limit} % free`,
        isSoon: ({ entries, free }) => free * 100 < entries * limit,
      }
    : { means: `fewer than ${limit} free`, isSoon: ({ free }) => free < limit }
}
