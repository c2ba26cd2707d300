import { dirname } from 'node:path'
import { sql } from 'kysely'
import { reasonOf } from '../../../kernel/errors.ts'
import { errnoOf } from '../../disk/failure.ts'
import { makeFolder } from '../../disk/make-folder.ts'
import { isBusy } from '../../pools/sqlite-file.ts'
import type { SqlDialect, Trouble } from '../dialect.ts'
import { LEDGER } from '../tables.ts'
import { describeSqlite, hasSqliteTable, sqlitePools } from './catalog.ts'
import { MovedFile, openSqliteSession } from './session.ts'

/** Pools in one SQLite file, shared by any number of processes of this machine. */
export function sqliteDialect(path: string): SqlDialect {
  const where = `SQLite database ${path}`
  return {
    where,
    locksRows: false,
    async open(create) {
      if (create) await makeFolder(dirname(path))
      return openSqliteSession(path, create)
    },
    describe: (db, table) => describeSqlite(db, table, where),
    tables: sqlitePools,
    hasTable: hasSqliteTable,
    async createPool(db, table) {
      await sql`create table ${sql.table(table)} (node_id text, "key" text primary key not null)`.execute(
        db,
      )
      await sql`create index ${sql.id(`${table}_node_id`)} on ${sql.table(table)} (node_id)`.execute(
        db,
      )
    },
    async createLedger(db) {
      await sql`create table if not exists ${sql.table(LEDGER)} (
        pool text not null, entry text not null, holder text not null, node text not null,
        since integer, repeated integer not null, state text not null,
        primary key (pool, entry))`.execute(db)
      await sql`create index if not exists ${sql.id(`${LEDGER}_node`)}
        on ${sql.table(LEDGER)} (node, state)`.execute(db)
    },
    putLedger: (db, rows) => db.replaceInto(LEDGER).values(rows).execute(),
    troubleOf,
    reasonOf: (thrown) => REASONS[errnoOf(thrown) ?? ''] ?? reasonOf(thrown),
  }
}

function troubleOf(thrown: unknown): Trouble {
  if (isBusy(thrown)) return 'busy'
  if (thrown instanceof MovedFile) return 'again'
  const code = errnoOf(thrown) ?? ''
  if (code.startsWith('SQLITE_CONSTRAINT') || code === 'SQLITE_TOOBIG') return 'data'
  // Our own table may have been dropped, or the schema changed between two statements.
  return code === 'SQLITE_ERROR' || code === 'SQLITE_SCHEMA' ? 'again' : 'refused'
}

const REASONS: Readonly<Record<string, string>> = {
  SQLITE_BUSY: 'another program has it locked all the time',
  SQLITE_READONLY: "it is read-only: the server's user needs write permission on it",
  SQLITE_CANTOPEN:
    "it cannot be opened: the server's user needs write permission on it and its folder",
  SQLITE_FULL: 'no space left on the device',
  SQLITE_NOTADB: 'the file is no SQLite database',
  SQLITE_CORRUPT: 'the file is damaged',
}
