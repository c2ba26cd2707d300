import { addressesOf, isClash, overlapping } from '../validate/pools/check-addresses.ts'
import { type PoolItem, poolItem } from '../validate/pools/pool-item.ts'

/** A new entry that means an address that the pool has already, written in another way. */
export type Clash = { readonly key: string; readonly other: string }

/**
 * @param there what the pool has
 * @param fresh keys that it does not have
 */
export function findClashes(
  there: readonly PoolItem[],
  fresh: readonly string[],
): readonly Clash[] {
  if (fresh.length === 0) return []
  const coming = fresh.map((key) => poolItem({ key, holder: null }))
  const isNew = new Set(fresh)
  return overlapping(addressesOf([...there, ...coming])).flatMap(({ later, before }) =>
    isNew.has(later.key) && isClash({ later, before })
      ? [{ key: later.key, other: before.key }]
      : [],
  )
}
