import { truncateSync } from 'node:fs'
import { reasonOf, ZtpError } from '../../kernel/errors.ts'
import { isBusy, isDamaged, openSqlite, type SqliteFile } from './sqlite-file.ts'

/** Longest wait for another process, in ms. A batch takes some tens of ms. */
const PATIENCE_MS = 8_000
const LONGEST_NAP_MS = 4

/** Held by one process of all that share the data directory; the kernel frees it when that dies. */
export type PoolLock = {
  /** @throws ZtpError ZTP_STORE_FAILED when it cannot be had, else what the work throws */
  hold<T>(work: () => T): T
  close(): void
}

/**
 * A lock that is an SQLite write transaction on a file with nothing in it.
 *
 * It blocks its thread while it waits, so it belongs in a worker.
 */
export function createPoolLock(path: string): PoolLock {
  let file: SqliteFile | undefined

  function close(): void {
    file?.database.close()
    file = undefined
  }

  /** @returns false when it is to be tried again */
  function attempt(): boolean {
    try {
      file ??= openSqlite(path)
      file.database.exec('BEGIN IMMEDIATE')
      if (file.isInPlace()) return true
      close()
    } catch (thrown) {
      if (isBusy(thrown)) return false
      close()
      if (!isDamaged(thrown)) throw thrown
      // It holds no data. The same file must go on being the lock, so it is emptied, not replaced.
      truncateSync(path)
    }
    return false
  }

  function acquire(): void {
    const deadline = Date.now() + PATIENCE_MS
    try {
      while (!attempt()) {
        if (Date.now() > deadline) throw new Error(`another process holds it for ${PATIENCE_MS} ms`)
        nap(1 + Math.random() * (LONGEST_NAP_MS - 1))
      }
    } catch (thrown) {
      const reason = `cannot lock the resource pools with ${path}: ${reasonOf(thrown)}`
      throw new ZtpError('ZTP_STORE_FAILED', reason, thrown)
    }
  }

  function release(): void {
    try {
      file?.database.exec('COMMIT')
    } catch {
      // Closing the connection ends its transaction whatever went wrong.
      close()
    }
  }

  return {
    hold(work) {
      acquire()
      try {
        return work()
      } finally {
        release()
      }
    },
    close,
  }
}

/** Stops this thread. */
export function nap(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}
