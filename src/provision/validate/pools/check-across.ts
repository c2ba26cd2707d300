import { poolLabel } from '../../pools/pool-name.ts'
import { addressesOf } from './check-addresses.ts'
import { type CheckedPool, withFound } from './checked-pool.ts'
import { findOverlaps } from './overlaps.ts'
import { named, type PoolItem, warningOn } from './pool-item.ts'

/** What a pool has in common with an earlier one. */
type Shared = { readonly first: PoolItem; readonly other: PoolItem; isOnly: boolean }

/**
 * Adds what two pools have in common: the same addresses, however written. For two pools it is said
 * once, in the later one.
 */
export function checkAcross(pools: readonly CheckedPool[]): readonly CheckedPool[] {
  const parts = pools.map((each) => addressesOf(each.items))
  if (parts.filter((each) => each.length > 0).length < 2) return pools
  const shared = pools.map(() => new Map<number, Shared>())
  const owners = parts.flatMap((part, pool) => part.map(() => pool))
  const items = parts.flat()
  for (const { later, before } of findOverlaps(items.map((each) => each.span))) {
    const [pool = 0, earlier = 0] = [owners[later], owners[before]]
    const [first, other] = [items[later], items[before]]
    if (pool === earlier || first === undefined || other === undefined) continue
    const known = shared[pool]?.get(earlier)
    if (known === undefined) shared[pool]?.set(earlier, { first, other, isOnly: true })
    else known.isOnly = false
  }
  return pools.map((pool, at) => {
    const findings = [...(shared[at] ?? [])].map(([earlier, each]) => {
      const other = pools[earlier]
      return sharedFinding(other === undefined ? '' : poolLabel(other.pool), each)
    })
    return withFound(pool, pool.locate(findings))
  })
}

function sharedFinding(label: string, { first, other, isOnly }: Shared) {
  const what = isOnly ? first.key : `${first.key} and others`
  const message = `${what} can be given out by the pool ${label} too (there ${named(other)}): one address for two nodes`
  return warningOn(first, 'ZTP_DUPLICATE_ADDRESS', message)
}
