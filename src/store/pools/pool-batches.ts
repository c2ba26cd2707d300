import type { Clock } from '../../kernel/clock.ts'
import { ZtpError } from '../../kernel/errors.ts'
import type { Logger } from '../../kernel/logger.ts'
import { errorOf } from '../../thread/protocol.ts'
import { createWorkerClient } from '../../thread/worker-client.ts'
import { workerUrl } from '../../thread/worker-url.ts'
import { createBatches } from '../batches.ts'
import { holdSqlite } from '../hold-sqlite.ts'
import type { PoolBatch, PoolOutcome, PoolPaths, PoolReply, PoolRequest } from './messages.ts'

/** An outcome that is no failure. */
export type Success = Exclude<PoolOutcome, { readonly kind: 'failed' }>

/** The worker that serves the pools of one data directory. */
export type PoolBatches = {
  /**
   * @param kind what the outcome must be
   * @throws ZtpError what the worker refused it with
   */
  ask<K extends Success['kind']>(
    request: PoolRequest,
    kind: K,
  ): Promise<Extract<Success, { readonly kind: K }>>
  /** Waits for what is under way. */
  close(): Promise<void>
}

export type PoolParts = { readonly logger: Logger; readonly clock: Clock }

/**
 * All the work is done in a worker thread. What arrives while it is busy goes to it as one batch:
 * one lock and one write for all (group commit).
 */
export function createPoolBatches(paths: PoolPaths, { logger, clock }: PoolParts): PoolBatches {
  const url = workerUrl(import.meta.url, 'pool-worker')
  const worker = createWorkerClient<PoolBatch, PoolReply>({
    url,
    data: paths,
    hold: holdSqlite,
  })
  const batches = createBatches<PoolRequest, PoolOutcome>(async (requests) => {
    const { outcomes, warnings } = await worker.ask({ now: clock.now(), requests })
    for (const warning of warnings) logger.warn(warning)
    return outcomes
  })

  return {
    async ask(request, kind) {
      const outcome = await batches.submit(request)
      if (outcome.kind === 'failed') throw errorOf(outcome.failure)
      if (!isOf(outcome, kind)) throw unexpected()
      return outcome
    },
    async close() {
      await batches.idle()
      await worker.close()
    },
  }
}

function isOf<K extends Success['kind']>(
  outcome: Success,
  kind: K,
): outcome is Extract<Success, { readonly kind: K }> {
  return outcome.kind === kind
}

function unexpected(): ZtpError {
  return new ZtpError('ZTP_INTERNAL', 'the pool worker gave no answer that fits the request')
}
