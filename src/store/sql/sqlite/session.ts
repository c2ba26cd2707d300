import { existsSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { Kysely, SqliteDialect } from 'kysely'
import { ZtpError } from '../../../kernel/errors.ts'
import { isBusy, openSqlite } from '../../pools/sqlite-file.ts'
import type { Session } from '../dialect.ts'
import type { Tables } from '../tables.ts'

/** Between two looks at a lock that somebody else holds; ms. */
const LONGEST_NAP_MS = 4

/**
 * Opens the database file. Its journal mode stays what it is; every commit is on disk.
 *
 * A prepared statement of this library that finds the file locked is in progress until it is
 * collected: it would keep a transaction from its commit, and others from theirs. So every lock,
 * also the one for reading, is taken by `exec`, and what is prepared runs under it.
 *
 * @throws ZtpError ZTP_MISSING_POOL when there is no file and none is to be made
 */
export function openSqliteSession(path: string, create: boolean): Session {
  if (!create && !existsSync(path)) {
    const reason = `there is no SQLite database ${path}, [sqlite] path of the configuration`
    throw new ZtpError('ZTP_MISSING_POOL', reason)
  }
  const { database, isInPlace } = openSqlite(path)
  let isOpen = true
  try {
    database.exec('PRAGMA synchronous = FULL')
  } catch (thrown) {
    // Locked for all: it is tried many times a second, and each would leave the file open.
    database.close()
    throw thrown
  }
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database }) })

  /** Until nobody else has the lock, or this session is ended. */
  async function insist(statement: string): Promise<void> {
    for (;;) {
      if (!isOpen) throw new Error('the connection was closed')
      try {
        database.exec(statement)
        return
      } catch (thrown) {
        if (!isBusy(thrown)) throw thrown
      }
      await wait(1 + Math.random() * (LONGEST_NAP_MS - 1))
    }
  }

  /** Of a closed one the library is not even to be asked this: it would end the process. */
  function rollback(): void {
    if (isOpen && database.inTransaction) database.exec('ROLLBACK')
  }

  function end(): void {
    if (!isOpen) return
    // Closing alone would leave the lock with a statement that is not collected yet.
    rollback()
    isOpen = false
    database.close()
  }

  return {
    db,
    isGood: () => isOpen && isInPlace(),
    async read(work) {
      await insist('BEGIN')
      try {
        await insist('SELECT 1 FROM sqlite_master LIMIT 1')
        return await work()
      } finally {
        rollback()
      }
    },
    async begin() {
      await insist('BEGIN IMMEDIATE')
      if (isInPlace()) return
      rollback()
      throw new MovedFile(path)
    },
    commit: () => insist('COMMIT'),
    rollback: async () => rollback(),
    destroy: end,
    close: async () => end(),
  }
}

/** The file was replaced while it was open: what is locked is the old one. */
export class MovedFile extends Error {
  override readonly name = 'MovedFile'

  constructor(path: string) {
    super(`${path} was replaced by another file`)
  }
}
