import type { PoolEntryStatus } from '../../resource/pool-admin.ts'
import { addressesOf, isClash, overlapping } from '../validate/pools/check-addresses.ts'
import { poolItem } from '../validate/pools/pool-item.ts'

/** A new entry that means an address that the pool has already, written in another way. */
export type Clash = { readonly key: string; readonly other: string }

/**
 * @param entries of the pool
 * @param fresh keys that it does not have
 */
export function findClashes(
  entries: readonly PoolEntryStatus[],
  fresh: readonly string[],
): readonly Clash[] {
  if (fresh.length === 0) return []
  const there = entries.map(({ key, holder, size }) => poolItem({ key, holder, size }))
  const coming = fresh.map((key) => poolItem({ key, holder: null }))
  const isNew = new Set(fresh)
  return overlapping(addressesOf([...there, ...coming])).flatMap(({ later, before }) =>
    isNew.has(later.key) && isClash({ later, before })
      ? [{ key: later.key, other: before.key }]
      : [],
  )
}
