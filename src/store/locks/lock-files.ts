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

export function createLockFiles(): LockFiles {
  const held = new Map<string, SqliteFile>()

  async function openFile(path: string): Promise<SqliteFile> {
    try {
      return openSqlite(path)
    } catch (thrown) {
      if (!isErrno(thrown, 'ENOENT')) throw thrown
      await makeFolder(dirname(path))
      return openSqlite(path)
    }
  }

  return {
    async acquire(path) {
      if (held.has(path)) return false
      try {
        const file = await openFile(path)
        const isOurs = lock(file)
        if (isOurs) held.set(path, file)
        return isOurs
      } catch (thrown) {
        throw new ZtpError('ZTP_STORE_FAILED', `cannot lock ${path}: ${reasonOf(thrown)}`, thrown)
      }
    },
    release(path) {
      // Ends the transaction too.
      held.get(path)?.database.close()
      held.delete(path)
    },
  }
}

/** @returns false for one that is closed again: busy, or the file was removed meanwhile */
function lock(file: SqliteFile): boolean {
  try {
    file.database.exec('BEGIN IMMEDIATE')
    if (file.isInPlace()) return true
    file.database.close()
    return false
  } catch (thrown) {
    file.database.close()
    if (isBusy(thrown)) return false
    throw thrown
  }
}
