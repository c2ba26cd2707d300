import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'libsql'
import {
  type DatabaseServer,
  startMariadb,
  startPostgres,
  type TestDatabase,
} from '../../src/store/sql/testing/database-servers.ts'
import type { ServerOptions } from './server.ts'

export type DatabaseKind = 'sqlite' | 'postgres' | 'mysql'

/** A database with pools in its tables, as its administrator sees it. */
export type PoolDatabase = {
  readonly kind: DatabaseKind
  /** What the configuration file must say. */
  readonly settings: NonNullable<ServerOptions['settings']>
  /** Makes a table of free entries, and lets our servers use it. */
  makePool(table: string, entries: readonly string[]): void
  /** Every row: entry → holder, null for a free one. */
  read(table: string): ReadonlyMap<string, string | null>
  /** The names of all tables but our own. */
  tables(): readonly string[]
  remove(): Promise<void>
}

/** @param dataRoot where SQLite's file is by itself */
export async function startDatabase(kind: DatabaseKind, dataRoot: string): Promise<PoolDatabase> {
  if (kind === 'sqlite') return sqlite(join(dataRoot, 'db/resources.db'))
  const server = await (kind === 'postgres' ? startPostgres() : startMariadb())
  return onServer(kind, server, server.createDatabase())
}

function sqlite(path: string): PoolDatabase {
  mkdirSync(dirname(path), { recursive: true })
  function run<T>(work: (database: Database.Database) => T): T {
    const database = new Database(path, { timeout: 10_000 })
    try {
      return work(database)
    } finally {
      database.close()
    }
  }
  const rows = (query: string) =>
    run((database) => database.prepare(query).raw().all()).map((row) =>
      Array.isArray(row) ? row.map((each) => String(each ?? 'NULL')) : [],
    )
  return {
    kind: 'sqlite',
    settings: {},
    makePool: (table, entries) =>
      run((database) =>
        database.exec(`${tableOf(table, 'key')}; ${rowsOf(table, 'key', entries)}`),
      ),
    read: (table) => holders(rows(`select key, node_id from ${table}`)),
    tables: () => names(rows("select name from sqlite_master where type = 'table'")),
    async remove() {},
  }
}

function onServer(
  kind: 'postgres' | 'mysql',
  server: DatabaseServer,
  { name, url, sql }: TestDatabase,
): PoolDatabase {
  const key = kind === 'mysql' ? '`key`' : '"key"'
  const schema = kind === 'mysql' ? name : 'public'
  return {
    kind,
    settings: { [kind]: { url } },
    makePool(table, entries) {
      const grant =
        kind === 'postgres' ? `; grant select, update on ${table} to ${server.user}` : ''
      sql(`${tableOf(table, key)}; ${rowsOf(table, key, entries)}${grant}`)
    },
    read: (table) => holders(sql(`select ${key}, node_id from ${table}`)),
    tables: () =>
      names(
        sql(`select table_name from information_schema.tables where table_schema = '${schema}'`),
      ),
    remove: () => server.remove(),
  }
}

function tableOf(table: string, key: string): string {
  return `create table ${table} (node_id varchar(255), ${key} varchar(80) primary key)`
}

function rowsOf(table: string, key: string, entries: readonly string[]): string {
  const rows = entries.map((entry) => `('${entry}')`).join(', ')
  return `insert into ${table} (${key}) values ${rows}`
}

function holders(rows: readonly (readonly string[])[]): ReadonlyMap<string, string | null> {
  return new Map(
    rows.map(([entry = '', holder = 'NULL']) => [entry, holder === 'NULL' ? null : holder]),
  )
}

function names(rows: readonly (readonly string[])[]): readonly string[] {
  return rows.flatMap(([name = '']) => (name.startsWith('ztps_') ? [] : [name])).toSorted()
}
