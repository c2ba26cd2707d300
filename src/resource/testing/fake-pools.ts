import { ZtpError } from '../../kernel/errors.ts'
import { holderText } from '../holder.ts'
import type { PoolStore } from '../pool-port.ts'

/**
 * Pools in memory, with their holders to look at.
 *
 * @param contents pool → its entries, all free
 */
export function fakePools(contents: { readonly [pool: string]: readonly string[] }): {
  readonly pools: PoolStore
  /** `POOL/ENTRY` → `ID` or `ID/LABEL`. */
  readonly holders: Map<string, string>
} {
  const holders = new Map<string, string>()

  const release: PoolStore['free'] = async (pool, holder, key) => {
    const at = `${pool}/${key}`
    if (holders.get(at) === holderText(holder)) holders.delete(at)
  }

  const pools: PoolStore = {
    async allocate(pool, holder) {
      const entries = contents[pool]
      if (entries === undefined) throw new ZtpError('ZTP_MISSING_POOL', `no pool ${pool}`)
      const text = holderText(holder)
      const held = entries.find((each) => holders.get(`${pool}/${each}`) === text)
      if (held !== undefined) return { key: held, value: held, fresh: false }
      const free = entries.find((each) => !holders.has(`${pool}/${each}`))
      if (free === undefined) throw new ZtpError('ZTP_POOL_EXHAUSTED', `${pool} is exhausted`)
      holders.set(`${pool}/${free}`, text)
      return { key: free, value: free, fresh: true }
    },
    free: release,
    giveBack: release,
    async confirm() {},
  }
  return { pools, holders }
}
