import { ZtpError } from '../../../kernel/errors.ts'
import { isFreeText } from '../../free.ts'
import { holderText } from '../../holder.ts'
import type { Plugin } from '../../plugin.ts'
import type { Holder, PoolStore } from '../../pool-port.ts'

/** `allocate('pool')`: the first free entry of the file `resources/pool`, the node's from then on. */
export function allocatePlugin(pools: PoolStore): Plugin {
  return {
    async allocate({ nodeId, pool, label }) {
      const holder: Holder = label === undefined ? { nodeId } : { nodeId, label }
      demandName(holder)
      const { key, value, fresh } = await pools.allocate(pool, holder)
      return {
        value,
        async giveBack() {
          return fresh && pools.giveBack(pool, holder, key)
        },
      }
    },
  }
}

/**
 * An entry held by the node `None` would read as free, and go to the next node too; half of a
 * character is written as another, so that its holder would never find it again.
 */
function demandName(holder: Holder): void {
  const text = holderText(holder)
  if (/\p{Surrogate}/u.test(text)) {
    const label = JSON.stringify(holder.label)
    throw new ZtpError('ZTP_INVALID_DEFINITION', `the label ${label} has half of a character in it`)
  }
  if (!isFreeText(text, true)) return
  const reason = `a pool that says '${text}' means a free entry: a node with this id can hold none`
  throw new ZtpError('ZTP_UNSAFE_ID', reason)
}
