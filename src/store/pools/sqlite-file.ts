import { closeSync, fchownSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'libsql'
import { FILE_MODE } from '../atomic-write.ts'
import { isErrno } from '../disk/failure.ts'
import { ownerIn } from '../disk/owner.ts'

/** An open SQLite file, and which file it is. */
export type SqliteFile = {
  readonly database: Database.Database
  /** Whether the path still leads to the file that is open. */
  isInPlace(): boolean
}

/**
 * Opens the file, made if need be.
 *
 * A file removed, or put in another's place, while it is open keeps its locks to itself: `isInPlace`,
 * asked with a lock held, tells. It must be asked once after opening too.
 */
export function openSqlite(path: string): SqliteFile {
  create(path)
  const before = identityOf(path)
  const database = new Database(path, { timeout: 0 })
  return { database, isInPlace: () => before !== undefined && identityOf(path) === before }
}

/** SQLite would make it readable for others. Only if absent: closing drops this process's locks. */
function create(path: string): void {
  try {
    const file = openSync(path, 'wx', FILE_MODE)
    try {
      giveToOwner(file, path)
    } finally {
      closeSync(file)
    }
  } catch (thrown) {
    if (!isErrno(thrown, 'EEXIST')) throw thrown
  }
}

/** A lock that root made, and the server may not open, would stop the server. */
function giveToOwner(file: number, path: string): void {
  const { uid, gid } = ownerIn(statSync(dirname(path), { bigint: true }))
  if (uid !== -1) fchownSync(file, uid, gid)
}

function identityOf(path: string): string | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stat && `${stat.dev}:${stat.ino}`
}

/** Whether another connection has the lock. */
export function isBusy(thrown: unknown): boolean {
  return isErrno(thrown, 'SQLITE_BUSY', 'SQLITE_BUSY_RECOVERY', 'SQLITE_BUSY_SNAPSHOT')
}

/** Whether the file is no SQLite file, or a damaged one. */
export function isDamaged(thrown: unknown): boolean {
  return isErrno(thrown, 'SQLITE_NOTADB', 'SQLITE_CORRUPT', 'SQLITE_CORRUPT_INDEX')
}
