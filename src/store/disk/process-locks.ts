import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { reasonOf, ZtpError } from '../../kernel/errors.ts'
import { isBusy, openSqlite, type SqliteFile } from '../pools/sqlite-file.ts'
import { makeFolder } from './make-folder.ts'
import { createTurns, type Turns } from './turns.ts'

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
}

const FIRST_NAP_MS = 2
const LONGEST_NAP_MS = 100

/**
 * Each lock is an SQLite write transaction on a file with nothing in it: it neither writes nor
 * syncs, so it may run on the main thread.
 */
export function createProcessLocks(folder: string): ProcessLocks {
  const queues = new Map<string, { readonly turns: Turns; users: number }>()

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

  return {
    hold: (name, patienceMs, work, signal) =>
      inTurn(name, async () => {
        const held = await acquire(folder, name, patienceMs, signal)
        try {
          return await work()
        } finally {
          // Ends the transaction too.
          held.database.close()
        }
      }),
  }
}

async function acquire(
  folder: string,
  name: string,
  patienceMs: number,
  signal?: AbortSignal,
): Promise<SqliteFile> {
  const path = join(folder, name)
  const deadline = performance.now() + patienceMs
  try {
    await makeFolder(folder)
    for (let nap = FIRST_NAP_MS; ; nap = Math.min(nap * 2, LONGEST_NAP_MS)) {
      const held = attempt(path)
      if (held !== undefined) return held
      if (signal?.aborted) throw new Error('another process holds it')
      if (performance.now() > deadline) {
        throw new Error(`another process holds it for ${patienceMs} ms`)
      }
      await sleep(nap * (0.5 + Math.random()))
    }
  } catch (thrown) {
    throw new ZtpError('ZTP_STORE_FAILED', `cannot lock ${path}: ${reasonOf(thrown)}`, thrown)
  }
}

/** @returns undefined when it is to be tried again: busy, or the file was removed meanwhile */
function attempt(path: string): SqliteFile | undefined {
  const file = openSqlite(path)
  try {
    file.database.exec('BEGIN IMMEDIATE')
    if (file.isInPlace()) return file
    file.database.close()
    return undefined
  } catch (thrown) {
    file.database.close()
    if (isBusy(thrown)) return undefined
    throw thrown
  }
}
