import { aboutFile } from '../finding.ts'
import type { Site } from '../site.ts'
import { type CheckedPool, withFound } from './checked-pool.ts'
import { unmentioned } from './pool-mentions.ts'

/** Adds to each pool that nothing takes from that it is so. Empty pools are let pass. */
export async function checkUse(
  pools: readonly CheckedPool[],
  site: Site,
): Promise<readonly CheckedPool[]> {
  const filled = pools.filter((each) => each.items.length > 0)
  const unused = await unmentioned(
    filled.map((each) => each.pool),
    site,
  )
  return pools.map((each) => {
    if (!unused.has(each.pool)) return each
    const { file } = each.checked
    const message =
      'no definition takes anything from this pool, nor does a node: remove it, or see whether its name is right'
    return withFound(each, [aboutFile(file, 'warning', 'ZTP_UNUSED_POOL', message)])
  })
}
