import type { Clock } from '../../kernel/clock.ts'
import { ZtpError } from '../../kernel/errors.ts'
import type { Logger } from '../../kernel/logger.ts'
import { holderKey, holderText } from '../../resource/holder.ts'
import type { PoolStore } from '../../resource/pool-port.ts'
import { errorOf } from '../../thread/protocol.ts'
import { createWorkerClient } from '../../thread/worker-client.ts'
import { workerUrl } from '../../thread/worker-url.ts'
import { createBatches } from '../batches.ts'
import type {
  Cleared,
  PoolBatch,
  PoolOutcome,
  PoolPaths,
  PoolReply,
  PoolRequest,
} from './messages.ts'

/** The pools of a data directory's `resources` folder. */
export type FilePools = PoolStore & {
  /** Frees every entry of every pool (`--clear-resources`); comments and order stay. */
  clearAll(): Promise<Cleared>
  /** Waits for what is under way. */
  close(): Promise<void>
}

/**
 * Pools in files, for any number of processes on one data directory.
 *
 * All the work is done in a worker thread. What arrives while it is busy goes to it as one batch:
 * one lock and one write for all (group commit).
 *
 * @param paths `resources` and the state folder, absolute
 */
export function createFilePools(
  paths: PoolPaths,
  { logger, clock }: { readonly logger: Logger; readonly clock: Clock },
): FilePools {
  const url = workerUrl(import.meta.url, 'pool-worker')
  const worker = createWorkerClient<PoolBatch, PoolReply>({ url, data: paths })
  const batches = createBatches<PoolRequest, PoolOutcome>(async (requests) => {
    const { outcomes, warnings } = await worker.ask({ now: clock.now(), requests })
    for (const warning of warnings) logger.warn(warning)
    return outcomes
  })

  async function submit(request: PoolRequest): Promise<PoolOutcome> {
    const outcome = await batches.submit(request)
    if (outcome.kind === 'failed') throw errorOf(outcome.failure)
    return outcome
  }

  return {
    async allocate(pool, holder) {
      const outcome = await submit({ kind: 'allocate', pool, holder: holderText(holder) })
      if (outcome.kind !== 'allocated') throw unexpected()
      return { key: outcome.value, value: outcome.value, fresh: outcome.fresh }
    },
    async free(pool, holder, key) {
      await submit({ kind: 'free', pool, holder: holderText(holder), value: key })
    },
    async giveBack(pool, holder, key) {
      await submit({ kind: 'give-back', pool, holder: holderText(holder), value: key })
    },
    async confirm(nodeId) {
      await submit({ kind: 'confirm', node: holderKey(nodeId) })
    },
    async clearAll() {
      const outcome = await submit({ kind: 'clear' })
      if (outcome.kind !== 'cleared') throw unexpected()
      return outcome.cleared
    },
    async close() {
      await batches.idle()
      await worker.close()
    },
  }
}

function unexpected(): ZtpError {
  return new ZtpError('ZTP_INTERNAL', 'the pool worker gave no answer that fits the request')
}
