import { type SoonRule, shortageOf, usageOf } from '../../pools/usage.ts'
import type { PoolItem } from './pool-item.ts'

/** What is wrong with a pool as a whole. */
export type RoomProblem = { readonly code: string; readonly message: string }

/** Whether there is nothing left to give out, or soon will be. An empty pool is let pass. */
export function checkRoom(items: readonly PoolItem[], soon: SoonRule): readonly RoomProblem[] {
  const usage = usageOf(
    items.map(({ size, holder }) => ({ size, state: holder === null ? 'free' : 'held' })),
  )
  const { entries, free } = usage
  switch (shortageOf(usage, soon)) {
    case 'exhausted': {
      const all = entries === 1 ? 'its only entry is held' : `all ${entries} entries are held`
      const message = `${all}: the next node is refused; add entries, or free some`
      return [{ code: 'ZTP_POOL_EXHAUSTED', message }]
    }
    case 'soon': {
      const message = `only ${free} of ${entries} entries ${free === 1 ? 'is' : 'are'} free: add some before the next nodes come`
      return [{ code: 'ZTP_POOL_LOW', message }]
    }
    default:
      return []
  }
}
