import { ZtpError } from '../../kernel/errors.ts'
import { holderKey, holderText } from '../holder.ts'
import type { PoolStore } from '../pool-port.ts'

/**
 * Pools in memory, with their holders to look at.
 *
 * @param contents pool → its entries
 * @param taken `POOL/ENTRY` → who has it; all others are free
 */
export function fakePools(
  contents: { readonly [pool: string]: readonly string[] },
  taken: Readonly<Record<string, string>> = {},
): {
  readonly pools: PoolStore
  /** `POOL/ENTRY` → `ID` or `ID/LABEL`. */
  readonly holders: Map<string, string>
} {
  const holders = new Map(Object.entries(taken))
  /** What its holder was told just once, by the request that took it. */
  const toldOnce = new Set<string>()

  const release: PoolStore['giveBack'] = async (pool, holder, key) => {
    const at = `${pool}/${key}`
    const isTheirs = holderKey(holders.get(at) ?? '') === holderKey(holderText(holder))
    return isTheirs && holders.delete(at)
  }

  const pools: PoolStore = {
    async allocate(pool, holder) {
      const entries = contents[pool]
      if (entries === undefined) throw new ZtpError('ZTP_MISSING_POOL', `no pool ${pool}`)
      const text = holderText(holder)
      const has = (at: string) => holderKey(holders.get(at) ?? '') === holderKey(text)
      const held = entries.find((each) => has(`${pool}/${each}`))
      if (held !== undefined) {
        toldOnce.delete(`${pool}/${held}`)
        return { key: held, value: held, fresh: false }
      }
      const free = entries.find((each) => !holders.has(`${pool}/${each}`))
      if (free === undefined) {
        throw new ZtpError('ZTP_POOL_EXHAUSTED', `no resource free in '${pool}'`)
      }
      holders.set(`${pool}/${free}`, text)
      toldOnce.add(`${pool}/${free}`)
      return { key: free, value: free, fresh: true }
    },
    async free(pool, holder, key) {
      await release(pool, holder, key)
    },
    giveBack: async (pool, holder, key) =>
      toldOnce.has(`${pool}/${key}`) && release(pool, holder, key),
    async confirm() {},
  }
  return { pools, holders }
}
