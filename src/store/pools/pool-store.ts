import { holderKey, holderText } from '../../resource/holder.ts'
import type { PoolAdmin } from '../../resource/pool-admin.ts'
import type { Holder, PoolStore } from '../../resource/pool-port.ts'
import { askingAdmin } from './asking-admin.ts'
import type { Cleared, PoolPaths } from './messages.ts'
import { createPoolBatches, type PoolParts } from './pool-batches.ts'

/** The pools of a data directory's `resources` folder. */
export type FilePools = PoolStore & {
  /** The same pools for a person; closing it closes all. */
  readonly admin: PoolAdmin
  /** Frees every entry of every pool (`--clear-resources`); comments and order stay. */
  clearAll(): Promise<Cleared>
  /** Waits for what is under way. */
  close(): Promise<void>
}

/**
 * Pools in files, for any number of processes on one data directory.
 *
 * @param paths `resources` and the state folder, absolute
 */
export function createFilePools(paths: PoolPaths, parts: PoolParts): FilePools {
  const worker = createPoolBatches(paths, parts)

  async function release(
    kind: 'free' | 'give-back',
    pool: string,
    holder: Holder,
    key: string,
  ): Promise<boolean> {
    const request = { kind, pool, holder: holderText(holder), value: key } as const
    return (await worker.ask(request, 'released')).freed
  }

  return {
    async allocate(pool, holder) {
      const request = { kind: 'allocate', pool, holder: holderText(holder) } as const
      const { value, fresh } = await worker.ask(request, 'allocated')
      return { key: value, value, fresh }
    },
    async free(pool, holder, key) {
      await release('free', pool, holder, key)
    },
    giveBack: (pool, holder, key) => release('give-back', pool, holder, key),
    async confirm(nodeId) {
      await worker.ask({ kind: 'confirm', node: holderKey(nodeId) }, 'done')
    },
    clearAll: async () => (await worker.ask({ kind: 'clear' }, 'cleared')).cleared,
    admin: askingAdmin('file', worker.ask, worker.close),
    close: worker.close,
  }
}
