import { dirname } from 'node:path'
import { reasonOf, ZtpError } from '../../kernel/errors.ts'
import { isErrno } from '../disk/failure.ts'
import { makeFolder } from '../disk/make-folder.ts'
import { isBusy, openSqlite, type SqliteFile } from '../pools/sqlite-file.ts'

/**
 * The lock files of one thread. Each lock is an SQLite write transaction on a file with nothing in
 * it: it neither writes nor syncs.
 */
export type LockFiles = {
  /**
   * @returns whether the lock is ours now; if not, it may be another time
   * @throws ZtpError ZTP_STORE_FAILED
   */
  acquire(path: string): Promise<boolean>
  release(path: string): void
}

/** So many stay open: to open one costs ten times what it costs to lock it. */
const MOST_OPEN = 64

export function createLockFiles(): LockFiles {
  const held = new Map<string, SqliteFile>()
  const idle = new Map<string, SqliteFile>()

  function attempt(path: string): boolean {
    const file = takeIdle(path) ?? openSqlite(path)
    try {
      file.database.exec('BEGIN IMMEDIATE')
    } catch (thrown) {
      if (!isBusy(thrown)) {
        file.database.close()
        throw thrown
      }
      keep(path, file)
      return false
    }
    // A file that somebody removed meanwhile locks nobody else out.
    if (file.isInPlace()) held.set(path, file)
    else file.database.close()
    return held.has(path)
  }

  function takeIdle(path: string): SqliteFile | undefined {
    const file = idle.get(path)
    idle.delete(path)
    if (file === undefined || file.isInPlace()) return file
    file.database.close()
    return undefined
  }

  function keep(path: string, file: SqliteFile): void {
    idle.set(path, file)
    const [oldest] = idle
    if (idle.size <= MOST_OPEN || oldest === undefined) return
    idle.delete(oldest[0])
    oldest[1].database.close()
  }

  return {
    async acquire(path) {
      if (held.has(path)) return false
      try {
        try {
          return attempt(path)
        } catch (thrown) {
          if (!isErrno(thrown, 'ENOENT')) throw thrown
          await makeFolder(dirname(path))
          return attempt(path)
        }
      } catch (thrown) {
        throw new ZtpError('ZTP_STORE_FAILED', `cannot lock ${path}: ${reasonOf(thrown)}`, thrown)
      }
    },
    release(path) {
      const file = held.get(path)
      if (file === undefined) return
      held.delete(path)
      file.database.exec('ROLLBACK')
      keep(path, file)
    },
  }
}
