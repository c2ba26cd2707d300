import { renameSync, rmSync } from 'node:fs'
import type Database from 'libsql'
import { reasonOf } from '../../kernel/errors.ts'
import { holderKey, nodePart } from '../../resource/holder.ts'
import type { LedgerChange, LedgerRow, PoolMark } from './ledger-row.ts'
import { markOf, rowOf } from './ledger-row.ts'
import { isDamaged, openSqlite, type SqliteFile } from './sqlite-file.ts'

/**
 * What we gave to whom and when: `pools.db`. Touched only with the pool lock held.
 *
 * The pool files are the truth; this is what tells an operator's edit from an editor that saved an
 * old copy. Losing it loses that protection, not an allocation: so every failure is a warning.
 */
export type Ledger = {
  /** @returns undefined when the pool was never written by us, or the ledger cannot be read */
  mark(pool: string): PoolMark | undefined
  /** Shows all rows of a pool, which may be very many. */
  visitRows(pool: string, visit: (row: LedgerRow) => void): void
  /** What a node has of a pool, by its id as nodes are compared. */
  rowsOf(pool: string, node: string): readonly LedgerRow[]
  row(pool: string, key: string): LedgerRow | undefined
  hasReserved(node: string): boolean
  /** All of it or nothing, on disk when it returns true. */
  commit(changes: readonly LedgerChange[], confirmed: readonly string[]): boolean
  clear(): void
  close(): void
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS pool (name TEXT PRIMARY KEY, token TEXT NOT NULL, stamp TEXT NOT NULL)
    WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS entry (
    pool TEXT NOT NULL, key TEXT NOT NULL, holder TEXT NOT NULL, node TEXT NOT NULL,
    answered_at INTEGER NOT NULL, repeated INTEGER NOT NULL, state TEXT NOT NULL,
    given_at INTEGER,
    PRIMARY KEY (pool, key)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS entry_node ON entry (node, state);
`
/** Before there was given_at; who was told once only was told when it was given out. */
const ADD_GIVEN_AT = `
  BEGIN IMMEDIATE;
  ALTER TABLE entry ADD COLUMN given_at INTEGER;
  UPDATE entry SET given_at = answered_at WHERE repeated = 0;
  COMMIT;
`
const COLUMNS = 'key, holder, answered_at, given_at, repeated, state'
const SQL = {
  mark: 'SELECT token, stamp FROM pool WHERE name = ?',
  rows: `SELECT ${COLUMNS} FROM entry WHERE pool = ?`,
  rowsOf: `SELECT ${COLUMNS} FROM entry WHERE pool = ? AND node = ?`,
  row: `SELECT ${COLUMNS} FROM entry WHERE pool = ? AND key = ?`,
  reserved: "SELECT 1 FROM entry WHERE node = ? AND state = 'reserved' LIMIT 1",
  setMark: 'INSERT OR REPLACE INTO pool VALUES (?, ?, ?)',
  put: `INSERT OR REPLACE INTO entry (pool, node, ${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  forget: 'DELETE FROM entry WHERE pool = ? AND key = ?',
  confirm: "UPDATE entry SET state = 'in use' WHERE node = ? AND state = 'reserved'",
} as const
const BUSY_MS = 2_000

type Statement = Database.Statement<unknown[]>
type Statements = { readonly [name in keyof typeof SQL]: Statement }
type Open = { readonly file: SqliteFile; readonly sql: Statements }

/** @param warn gets one sentence for whatever the operator should know */
export function createLedger(path: string, warn: (message: string) => void): Ledger {
  let current: Open | undefined

  function close(): void {
    current?.file.database.close()
    current = undefined
  }

  function opened(): Open {
    if (current && !current.file.isInPlace()) close()
    current ??= open(path)
    return current
  }

  function attempt<T>(work: (sql: Statements, open: Open) => T, otherwise: T): T {
    try {
      const now = opened()
      return work(now.sql, now)
    } catch (thrown) {
      close()
      warn(
        `resource pools: the ledger ${path} fails: ${reasonOf(thrown)}; until it works, an
 editor that saves an old copy of a pool is not noticed`.replace('\n', ''),
      )
      if (isDamaged(thrown)) putAside()
      return otherwise
    }
  }

  function putAside(): void {
    try {
      renameSync(path, `${path}.damaged`)
      rmSync(`${path}-journal`, { force: true })
      warn(`resource pools: a new ledger is begun; the damaged one is ${path}.damaged`)
    } catch (thrown) {
      warn(`resource pools: cannot put the damaged ledger aside: ${reasonOf(thrown)}`)
    }
  }

  return {
    mark: (pool) => attempt((sql) => markOf(sql.mark.get(pool)), undefined),
    visitRows: (pool, visit) =>
      attempt((sql) => {
        for (const row of sql.rows.iterate(pool)) visit(rowOf(row))
      }, undefined),
    rowsOf: (pool, node) => attempt((sql) => sql.rowsOf.all(pool, node).map(rowOf), []),
    row: (pool, key) => attempt((sql) => anyRow(sql.row.get(pool, key)), undefined),
    hasReserved: (node) => attempt((sql) => sql.reserved.get(node) !== undefined, false),
    commit: (changes, confirmed) =>
      attempt((sql, { file }) => {
        inTransaction(file, () => {
          for (const change of changes) write(sql, change)
          for (const node of confirmed) sql.confirm.run(node)
        })
        return true
      }, false),
    clear: () =>
      attempt((_sql, { file }) => {
        inTransaction(file, () => file.database.exec('DELETE FROM entry; DELETE FROM pool'))
      }, undefined),
    close,
  }
}

function anyRow(row: unknown): LedgerRow | undefined {
  return row === undefined ? undefined : rowOf(row)
}

function open(path: string): Open {
  const file = openSqlite(path)
  try {
    return { file, sql: prepareAll(file) }
  } catch (thrown) {
    file.database.close()
    throw thrown
  }
}

function prepareAll(file: SqliteFile): Statements {
  const { database } = file
  // Readers of other programs may hold it for a moment. A rollback journal works on any file system.
  database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`)
  database.exec('PRAGMA journal_mode = TRUNCATE')
  database.exec('PRAGMA synchronous = FULL')
  database.exec(SCHEMA)
  if (!hasColumn(file, 'given_at')) database.exec(ADD_GIVEN_AT)
  const prepare = (name: keyof typeof SQL): Statement => database.prepare(SQL[name])
  return {
    mark: prepare('mark'),
    rows: prepare('rows'),
    rowsOf: prepare('rowsOf'),
    row: prepare('row'),
    reserved: prepare('reserved'),
    setMark: prepare('setMark'),
    put: prepare('put'),
    forget: prepare('forget'),
    confirm: prepare('confirm'),
  }
}

function hasColumn({ database }: SqliteFile, name: string): boolean {
  const found = database
    .prepare("SELECT 1 FROM pragma_table_info('entry') WHERE name = ?")
    .get(name)
  return found !== undefined
}

function inTransaction({ database }: SqliteFile, work: () => void): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    work()
    database.exec('COMMIT')
  } catch (thrown) {
    if (database.inTransaction) database.exec('ROLLBACK')
    throw thrown
  }
}

function write(sql: Statements, { pool, mark, put, forget }: LedgerChange): void {
  if (mark) sql.setMark.run(pool, mark.token, mark.stamp)
  for (const key of forget) sql.forget.run(pool, key)
  for (const { key, holder, answeredAt, givenAt, repeated, state } of put) {
    const node = holderKey(nodePart(holder))
    sql.put.run(pool, node, key, holder, answeredAt, givenAt ?? null, repeated ? 1 : 0, state)
  }
}
