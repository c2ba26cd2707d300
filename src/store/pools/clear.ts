import { reasonOf } from '../../kernel/errors.ts'
import type { Ledger } from './ledger.ts'
import type { PoolCache } from './loaded-pool.ts'
import type { Cleared } from './messages.ts'
import { listPools } from './pool-place.ts'
import { replacePool } from './write-pool.ts'

type ClearParts = {
  readonly resources: string
  readonly cache: PoolCache
  readonly ledger: Ledger
  readonly warn: (message: string) => void
}

/** How often one pool is cleared anew because somebody changes the file under us. */
const ATTEMPTS = 10

/**
 * Frees every entry of every pool, with the lock held and the ledger emptied. A pool that cannot be
 * read or written is warned of and left as it is.
 */
export function clearPools(parts: ClearParts): Cleared {
  let pools = 0
  let entries = 0
  for (const name of listPools(parts.resources)) {
    try {
      entries += clearPool(name, parts)
      pools += 1
    } catch (thrown) {
      parts.warn(`resource pool '${name}' is not cleared: ${reasonOf(thrown)}`)
    }
  }
  return { pools, entries }
}

/** @returns how many entries were held */
function clearPool(name: string, { cache, ledger }: ClearParts): number {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const { place, pool } = cache.load(name, ledger, 0)
    cache.drop(place)
    let held = 0
    for (const { holder } of pool.table.entries()) if (holder !== null) held += 1
    if (held === 0) return 0
    if (replacePool(place, pool.table.clearedContent(), pool.stamp) !== undefined) return held
  }
  throw new Error('it is being changed by another program all the time')
}
