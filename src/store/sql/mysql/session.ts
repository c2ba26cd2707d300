import { createHash } from 'node:crypto'
import { connect, isIP, type Socket } from 'node:net'
import { Kysely, MysqlDialect, type MysqlPool, type MysqlPoolConnection, sql } from 'kysely'
import { type Connection, createConnection } from 'mysql2'
import type { DatabaseAddress } from '../../../config/database-url.ts'
import type { Session } from '../dialect.ts'
import type { SqlLimits } from '../limits.ts'
import { tlsOptions } from '../server/address.ts'
import type { Tables } from '../tables.ts'

/**
 * What a connection begins with: nothing is cut off or converted silently, rows that are only looked
 * at are not locked, and the server drops a holder of locks that vanished.
 */
function settings({ lock, silence }: SqlLimits): readonly string[] {
  const seconds = Math.ceil(lock / 1_000)
  return [
    'set session transaction isolation level read committed',
    `set session sql_mode = 'TRADITIONAL', innodb_lock_wait_timeout = ${seconds},
      lock_wait_timeout = ${seconds}, wait_timeout = ${Math.ceil(silence / 1_000)}, autocommit = 1`,
  ]
}

/** One connection to a MySQL or MariaDB server. */
export async function openMysqlSession(
  address: DatabaseAddress,
  limits: SqlLimits,
): Promise<Session> {
  const { host, port, user, password, database, tls } = address
  // The driver would compare the certificate with `localhost`.
  if (tls?.mode === 'verify-full' && isIP(host)) {
    throw new Error(`sslmode=verify-full needs a host by its name in [mysql] url, not ${host}`)
  }
  const socket = host.startsWith('/') ? connect(host) : connect({ host, port, keepAlive: true })
  socket.setNoDelay(true)
  const connection = createConnection({
    ...{ host, port, user, password, database },
    ...(tls === undefined
      ? {}
      : { ssl: { ...tlsOptions(tls), verifyIdentity: tls.mode === 'verify-full' } }),
    connectTimeout: limits.connect,
    charset: 'utf8mb4',
    maxPreparedStatements: 100,
    stream: () => socket,
  })
  const state = { isGood: true }
  connection.on('error', () => {
    state.isGood = false
  })
  socket.on('close', () => {
    state.isGood = false
  })
  try {
    await new Promise<void>((resolve, reject) => {
      connection.connect((fault) => (fault === null ? resolve() : reject(fault)))
    })
    for (const setting of settings(limits)) await plainly(connection, setting)
  } catch (thrown) {
    socket.destroy()
    throw thrown
  }
  return sessionOn(connection, socket, state, { database, lock: Math.ceil(limits.lock / 1_000) })
}

function sessionOn(
  connection: Connection,
  socket: Socket,
  state: { isGood: boolean },
  { database, lock: patience }: { readonly database: string; readonly lock: number },
): Session {
  const db = new Kysely<Tables>({ dialect: new MysqlDialect({ pool: poolOf(connection) }) })
  /** The lock that is held beside the transaction. */
  let lock: string | undefined

  async function end(statement: 'commit' | 'rollback'): Promise<void> {
    await plainly(connection, statement)
    const last = lock
    lock = undefined
    if (last !== undefined) await sql`do release_lock(${last})`.execute(db)
  }

  return {
    db,
    isGood: () => state.isGood,
    read: (work) => work(),
    async begin(table) {
      if (table !== undefined) {
        const name = lockName(database, table)
        await takeLock(db, name, patience)
        lock = name
      }
      await plainly(connection, 'start transaction')
    },
    commit: () => end('commit'),
    rollback: () => end('rollback'),
    destroy() {
      state.isGood = false
      socket.destroy()
    },
    async close() {
      state.isGood = false
      await new Promise<void>((resolve) => connection.end(() => resolve()))
      socket.destroy()
    },
  }
}

/** The server's locks are for all its databases, and their names are short. */
function lockName(database: string, table: string): string {
  return `ztps:${createHash('sha1').update(`${database}.${table}`).digest('hex')}`
}

async function takeLock(db: Session['db'], name: string, seconds: number): Promise<void> {
  const { rows } = await sql<{ got: number | null }>`
    select get_lock(${name}, ${sql.lit(seconds)}) as got`.execute(db)
  if (Number(rows[0]?.got) !== 1) throw new LockTimeout()
}

/** Another server of ours held the table's lock all the time. */
export class LockTimeout extends Error {
  override readonly name = 'LockTimeout'

  constructor() {
    super('another server held the lock of the table all the time')
  }
}

/** A statement without values, some of which cannot be prepared. */
function plainly(connection: Connection, statement: string): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.query(statement, (fault) => (fault === null ? resolve() : reject(fault)))
  })
}

/**
 * The query builder wants a pool: ours always has the same connection. What has values is prepared,
 * so that the server, and not the driver, puts them in their places.
 */
function poolOf(connection: Connection): MysqlPool {
  const always: MysqlPoolConnection = {
    query(
      statement: string,
      values: unknown[],
      done?: Parameters<MysqlPoolConnection['query']>[2],
    ) {
      const answer = (fault: unknown, result: unknown) => done?.(fault, result as never)
      if (values.length === 0) connection.query(statement, answer)
      else connection.execute(statement, values as never, answer)
      return { stream: () => unsupported() }
    },
    release: () => undefined,
  }
  return { getConnection: (done) => done(undefined, always), end: (done) => done(undefined) }
}

function unsupported(): never {
  throw new Error('nothing is streamed')
}
