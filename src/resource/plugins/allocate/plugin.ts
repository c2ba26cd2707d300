import type { Plugin } from '../../plugin.ts'
import type { Holder, PoolStore } from '../../pool-port.ts'

/** `allocate('pool')`: the first free entry of the file `resources/pool`, the node's from then on. */
export function allocatePlugin(pools: PoolStore): Plugin {
  return {
    async allocate({ nodeId, pool, label }) {
      const holder: Holder = label === undefined ? { nodeId } : { nodeId, label }
      const { value, fresh } = await pools.allocate(pool, holder)
      return {
        value,
        async giveBack() {
          if (fresh) await pools.giveBack(pool, holder, value)
        },
      }
    },
  }
}
