import { ZtpError } from '../../kernel/errors.ts'
import type { PoolAdmin, PoolEntryStatus } from '../../resource/pool-admin.ts'
import { readRange } from '../../resource/pool-range.ts'
import type { PoolRange } from '../../resource/range-reading.ts'
import { type PoolItem, poolItem } from '../validate/pools/pool-item.ts'
import { contentsOf, type PoolName } from './pool-name.ts'

/** What a pool has, to be compared with what is to be written into it. */
export type PoolView = {
  /** Whether the pool is there at all. */
  readonly exists: boolean
  readonly entries: readonly PoolEntryStatus[]
  /** The same, as checks look at them. */
  items(): readonly PoolItem[]
  /** The entry or range of that name, or else the range that has all of it. */
  find(key: string): PoolEntryStatus | undefined
}

/**
 * Looks at a pool that may not be there yet.
 *
 * @throws ZtpError ZTP_INVALID_POOL, ZTP_STORE_FAILED; ZTP_MISSING_POOL when its place is not
 *   configured
 */
export async function viewPool(admins: readonly PoolAdmin[], pool: PoolName): Promise<PoolView> {
  const entries = await entriesIfAny(admins, pool)
  return { exists: entries !== undefined, ...indexed(entries ?? []) }
}

async function entriesIfAny(admins: readonly PoolAdmin[], pool: PoolName) {
  const admin = admins.find((each) => each.kind === pool.kind)
  try {
    return (await contentsOf(admins, pool)).entries
  } catch (thrown) {
    const isMissing = thrown instanceof ZtpError && thrown.code === 'ZTP_MISSING_POOL'
    if (admin !== undefined && isMissing) return undefined
    throw thrown
  }
}

function indexed(entries: readonly PoolEntryStatus[]): Omit<PoolView, 'exists'> {
  const byKey = new Map(entries.map((each) => [each.key, each]))
  const ranges = entries.flatMap((entry) => {
    const reading = entry.size > 1 ? readRange(entry.key) : undefined
    return reading?.kind === 'range' ? [{ entry, range: reading.range }] : []
  })
  return {
    entries,
    items: () => entries.map(({ key, holder, size }) => poolItem({ key, holder, size })),
    find: (key) => byKey.get(key) ?? ranges.find(({ range }) => hasWhole(range, key))?.entry,
  }
}

function hasWhole(range: PoolRange, key: string): boolean {
  const span = range.covers(key)
  if (span === undefined) return false
  const reading = readRange(key)
  return span.to - span.from + 1n === (reading?.kind === 'range' ? reading.range.size : 1n)
}
