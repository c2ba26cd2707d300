import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { silentLogger } from '../../../kernel/logger.ts'
import type { PoolAdmin } from '../../../resource/pool-admin.ts'
import type { Entries } from '../../../resource/testing/pool-store-contract.ts'
import { LIMITS, type SqlLimits } from '../limits.ts'
import type { SqlTarget } from '../messages.ts'
import { createSqlPoolAdmin } from '../sql-admin.ts'
import { createSqlPools, type SqlPools } from '../sql-pools.ts'
import { type DatabaseServer, type Rows, startMariadb, startPostgres } from './database-servers.ts'
import { sqliteRows } from './sqlite-rows.ts'

/** A connection of another program. */
export type Foreign = { run(statement: string): Promise<unknown>; end(): Promise<void> }

/** A database of its own for each test, with as many servers of ours on it as the test opens. */
export type SqlBench = {
  readonly kind: SqlTarget['kind']
  /** The column of that name, quoted as the database wants it. */
  readonly key: string
  target(): SqlTarget
  /** One more server on the database. */
  open(target?: SqlTarget, limits?: SqlLimits): SqlPools
  /** The same database for a person. */
  admin(): PoolAdmin
  /** Runs statements as the database's administrator. */
  sql(statements: string): Rows
  /** Makes a pool as ZTPServer's users have them. */
  write(pool: string, entries: Entries): void
  read(pool: string): Entries
  /** Another program on the database, as its administrator. */
  foreign(): Promise<Foreign>
  /** The server that the databases are on; SQLite has none. */
  server(): DatabaseServer
  /** What our servers warned of. */
  readonly warnings: string[]
}

/** For the length of a spec file, or of a describe. */
export function sqlBench(kind: SqlTarget['kind']): SqlBench {
  return kind === 'sqlite' ? sqliteBench() : serverBench(kind)
}

function sqliteBench(): SqlBench {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ztps-sqlite-'))
  })
  const path = () => join(folder, 'resources.db')
  // Registered first, so done last: the servers are closed by then.
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  return benchOn('sqlite', () => ({ kind: 'sqlite', path: path() }), {
    sql: (statements) => sqliteRows(path(), statements),
    foreign: async () => sqliteForeign(path()),
    server: () => {
      throw new Error('SQLite has no server')
    },
  })
}

function sqliteForeign(path: string): Foreign {
  const database = new Database(path, { timeout: 10_000 })
  return {
    run: async (statement) => database.exec(statement),
    end: async () => void database.close(),
  }
}

function serverBench(kind: 'postgres' | 'mysql'): SqlBench {
  let server: DatabaseServer | undefined
  const started = () => {
    if (server === undefined) throw new Error('the database server did not start')
    return server
  }
  let database: ReturnType<DatabaseServer['createDatabase']> | undefined
  const created = () => {
    if (database === undefined) throw new Error('no database')
    return database
  }
  beforeAll(async () => {
    server = await (kind === 'postgres' ? startPostgres() : startMariadb())
  })
  beforeEach(() => {
    database = started().createDatabase()
  })
  afterAll(() => server?.remove())
  return benchOn(kind, () => ({ kind, url: created().url }), {
    sql: (statements) => created().sql(statements),
    foreign: () => created().foreign(),
    server: started,
  })
}

function benchOn(
  kind: SqlTarget['kind'],
  target: () => SqlTarget,
  { sql, server, foreign }: Pick<SqlBench, 'sql' | 'server' | 'foreign'>,
): SqlBench {
  const opened: { close(): Promise<void> }[] = []
  const warnings: string[] = []
  const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) }
  const key = kind === 'mysql' ? '`key`' : '"key"'
  beforeEach(() => {
    warnings.length = 0
  })
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((each) => each.close()))
  })
  return {
    kind,
    key,
    target,
    open(other = target(), limits = LIMITS) {
      const parts = { logger, clock: { now: () => Date.now() } }
      const pools = createSqlPools(other, parts, limits)
      opened.push(pools)
      return pools
    },
    admin() {
      const admin = createSqlPoolAdmin(target(), { logger, clock: { now: () => Date.now() } })
      opened.push(admin)
      return admin
    },
    sql,
    foreign,
    write(pool, entries) {
      const rows = Object.entries(entries).map(
        ([entry, holder]) => `(${literal(holder)}, ${literal(entry)})`,
      )
      sql(`create table ${pool} (node_id varchar(255), ${key} varchar(80));
        ${kind === 'postgres' ? `grant select, insert, update on ${pool} to ztps;` : ''}
        ${rows.length === 0 ? '' : `insert into ${pool} values ${rows.join(', ')}`}`)
    },
    read(pool) {
      const rows = sql(`select ${key}, node_id from ${pool}`)
      return Object.fromEntries(
        rows.map(([entry = '', holder]) => [entry, holder === 'NULL' ? null : (holder ?? null)]),
      )
    },
    server,
    warnings,
  }
}

function literal(text: string | null): string {
  return text === null ? 'NULL' : `'${text.replaceAll("'", "''")}'`
}
