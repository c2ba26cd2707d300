import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ZtpError } from '../../kernel/errors.ts'
import { errorOf } from '../../thread/protocol.ts'
import { createWorkerClient } from '../../thread/worker-client.ts'
import { workerUrl } from '../../thread/worker-url.ts'
import { createBatches } from '../batches.ts'
import { createTurns, type Turns } from '../disk/turns.ts'
import { holdSqlite } from '../hold-sqlite.ts'
import type { LockOutcome, LockRequest } from './lock-worker.ts'

/** Locks among all processes on the data directory; the kernel frees those of one that dies. */
export type ProcessLocks = {
  /**
   * Does the work while no other call, of this or another process, holds the name.
   *
   * @param name the name of a file; one that text from outside cannot choose freely
   * @param patienceMs how long to wait for another process
   * @param signal when it aborts, nobody waits for other processes any more
   * @throws ZtpError ZTP_STORE_FAILED when the lock cannot be had, else what the work throws
   */
  hold<T>(
    name: string,
    patienceMs: number,
    work: () => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T>
  /** Ends the worker thread: no lock is held any more. */
  close(): Promise<void>
}

const FIRST_NAP_MS = 2
const LONGEST_NAP_MS = 100

/** @param folder of the lock files, made when needed; absolute */
export function createProcessLocks(folder: string): ProcessLocks {
  const queues = new Map<string, { readonly turns: Turns; users: number }>()
  const url = workerUrl(import.meta.url, 'lock-worker')
  const worker = createWorkerClient<readonly LockRequest[], readonly LockOutcome[]>({
    url,
    hold: holdSqlite,
  })
  const batches = createBatches<LockRequest, LockOutcome>((requests) => worker.ask(requests))

  async function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const queue = queues.get(name) ?? { turns: createTurns(1), users: 0 }
    queues.set(name, queue)
    queue.users += 1
    try {
      return await queue.turns.take(work)
    } finally {
      queue.users -= 1
      if (queue.users === 0) queues.delete(name)
    }
  }

  async function ask(request: LockRequest): Promise<boolean> {
    const outcome = await batches.submit(request)
    if ('failure' in outcome) throw errorOf(outcome.failure)
    return outcome.isHeld
  }

  async function acquire(path: string, patienceMs: number, signal?: AbortSignal): Promise<void> {
    const deadline = performance.now() + patienceMs
    for (let nap = FIRST_NAP_MS; ; nap = Math.min(nap * 2, LONGEST_NAP_MS)) {
      if (await ask({ do: 'acquire', path })) return
      if (signal?.aborted || performance.now() > deadline) {
        const reason = signal?.aborted
          ? 'another process holds it'
          : `another process holds it for ${patienceMs} ms`
        throw new ZtpError('ZTP_STORE_FAILED', `cannot lock ${path}: ${reason}`)
      }
      await sleep(nap * (0.5 + Math.random()))
    }
  }

  return {
    hold: (name, patienceMs, work, signal) =>
      inTurn(name, async () => {
        const path = join(folder, name)
        await acquire(path, patienceMs, signal)
        try {
          return await work()
        } finally {
          await ask({ do: 'release', path })
        }
      }),
    async close() {
      await batches.idle()
      await worker.close()
    },
  }
}
