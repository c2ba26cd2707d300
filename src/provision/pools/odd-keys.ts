import { kindOf } from '../validate/pools/check-keys.ts'
import { type PoolItem, poolItem } from '../validate/pools/pool-item.ts'

/** A new entry of a kind that the pool does not have: a prefix length was forgotten, say. */
export type OddKey = {
  readonly key: string
  /** `a name`, `an IPv4 address without prefix length`. */
  readonly kind: string
  /** What the pool has instead. */
  readonly other: { readonly key: string; readonly kind: string }
}

/**
 * @param there what the pool has; where that is nothing, the first new one says what is usual
 * @param fresh keys that are to be added
 */
export function findOddKeys(
  there: readonly PoolItem[],
  fresh: readonly string[],
): readonly OddKey[] {
  const coming = fresh.map((key) => poolItem({ key, holder: null }))
  const kinds = new Map<string, PoolItem>()
  for (const item of there) {
    const kind = kindOf(item)
    if (!kinds.has(kind)) kinds.set(kind, item)
  }
  const [first] = coming
  if (kinds.size === 0 && first !== undefined) kinds.set(kindOf(first), first)
  const [usual] = kinds
  if (usual === undefined) return []
  const other = { key: usual[1].key, kind: usual[0] }
  return coming.flatMap((item) => {
    const kind = kindOf(item)
    return kinds.has(kind) ? [] : [{ key: item.key, kind, other }]
  })
}
