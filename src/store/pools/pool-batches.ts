import type { Clock } from '../../kernel/clock.ts'
import { ZtpError } from '../../kernel/errors.ts'
import type { Logger } from '../../kernel/logger.ts'
import { errorOf } from '../../thread/protocol.ts'
import { createWorkerClient } from '../../thread/worker-client.ts'
import { workerUrl } from '../../thread/worker-url.ts'
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

type Waiting = {
  readonly request: PoolRequest
  readonly resolve: (outcome: Success) => void
  readonly reject: (reason: unknown) => void
}

/**
 * All the work is done in a worker thread. What arrives while it is busy goes to it as one batch:
 * one lock and one write for all (group commit).
 */
export function createPoolBatches(paths: PoolPaths, { logger, clock }: PoolParts): PoolBatches {
  const url = workerUrl(import.meta.url, 'pool-worker')
  const worker = createWorkerClient<PoolBatch, PoolReply>({ url, data: paths })
  let waiting: Waiting[] = []
  let busy: Promise<void> | undefined

  function submit(request: PoolRequest): Promise<Success> {
    return new Promise((resolve, reject) => {
      waiting.push({ request, resolve, reject })
      busy ??= work()
    })
  }

  async function work(): Promise<void> {
    // Whatever else this turn of the event loop asks joins the first batch.
    await new Promise((resolve) => setImmediate(resolve))
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      await send(batch)
    }
    busy = undefined
  }

  async function send(batch: readonly Waiting[]): Promise<void> {
    try {
      const requests = batch.map((each) => each.request)
      const { outcomes, warnings } = await worker.ask({ now: clock.now(), requests })
      for (const warning of warnings) logger.warn(warning)
      batch.forEach(({ resolve, reject }, at) => {
        const outcome = outcomes[at]
        if (outcome === undefined) reject(unexpected())
        else if (outcome.kind === 'failed') reject(errorOf(outcome.failure))
        else resolve(outcome)
      })
    } catch (thrown) {
      for (const { reject } of batch) reject(thrown)
    }
  }

  return {
    async ask(request, kind) {
      const outcome = await submit(request)
      if (!isOf(outcome, kind)) throw unexpected()
      return outcome
    },
    async close() {
      while (busy) await busy
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
