import { truncateSync } from 'node:fs'
import { reasonOf, ZtpError } from '../../kernel/errors.ts'
import { isBusy, isDamaged, openSqlite, type SqliteFile } from './sqlite-file.ts'

/** Longest wait for other processes, in ms. A batch takes some tens of ms, on a busy machine more. */
const PATIENCE_MS = 20_000
const LONGEST_NAP_MS = 4

/** Held by one process of all that share the data directory; the kernel frees it when that dies. */
export type PoolLock = {
  /** @throws ZtpError ZTP_STORE_FAILED when it cannot be had, else what the work throws */
  hold<T>(work: () => T): T
  close(): void
}

/**
 * The lock for all pools. It blocks its thread while it waits, so it belongs in a worker.
 *
 * A second lock is the place at the head of the queue: who waits there is next, however often the
 * process that has the lock comes back for it. Without it a busy process starves the others.
 */
export function createPoolLock(path: string): PoolLock {
  const head = createFileLock(`${path}.next`)
  const lock = createFileLock(path)

  function acquire(): void {
    const deadline = performance.now() + PATIENCE_MS
    try {
      head.acquire(deadline)
      try {
        lock.acquire(deadline)
      } finally {
        head.release()
      }
    } catch (thrown) {
      const reason = `cannot lock the resource pools with ${path}: ${reasonOf(thrown)}`
      throw new ZtpError('ZTP_STORE_FAILED', reason, thrown)
    }
  }

  return {
    hold(work) {
      acquire()
      try {
        return work()
      } finally {
        lock.release()
      }
    },
    close() {
      head.close()
      lock.close()
    },
  }
}

type FileLock = {
  /** @param deadline when to give up, as `performance.now` counts: a clock may be set meanwhile */
  acquire(deadline: number): void
  release(): void
  close(): void
}

/** A lock that is an SQLite write transaction on a file with nothing in it. */
function createFileLock(path: string): FileLock {
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

  return {
    acquire(deadline) {
      while (!attempt()) {
        if (performance.now() > deadline) throw new Error('other processes held it all the time')
        nap(1 + Math.random() * (LONGEST_NAP_MS - 1))
      }
    },
    release() {
      try {
        file?.database.exec('COMMIT')
      } catch {
        // Closing the connection ends its transaction whatever went wrong.
        close()
      }
    },
    close,
  }
}

/** Stops this thread. */
export function nap(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}
