import { Socket } from 'node:net'
import { Kysely, PostgresDialect, type PostgresPool, sql } from 'kysely'
import pg from 'pg'
import type { DatabaseAddress, DatabaseTls } from '../../../config/database-url.ts'
import type { Session } from '../dialect.ts'
import type { SqlLimits } from '../limits.ts'
import { tlsOptions } from '../server/address.ts'
import type { Tables } from '../tables.ts'

/** `ztps` as a number: our share of the advisory locks. */
const LOCK_CLASS = sql.lit(0x7a747073)

/**
 * What a connection begins with. A holder of locks that vanished is dropped by the server; where
 * commits are not flushed before they are answered, ours are.
 */
function settings({ lock, silence }: SqlLimits): string {
  return `
    set lock_timeout = ${lock}; set statement_timeout = ${lock + 1_000};
    set idle_in_transaction_session_timeout = ${silence};
    select case current_setting('synchronous_commit')
      when 'off' then set_config('synchronous_commit', 'on', false) end`
}

/** One connection to a PostgreSQL server. */
export async function openPostgresSession(
  address: DatabaseAddress,
  limits: SqlLimits,
): Promise<Session> {
  const { host, port, user, password, database, tls } = address
  const socket = new Socket()
  const client = new pg.Client({
    ...{ host, port, user, password, database },
    ssl: tls === undefined ? false : { ...tlsOptions(tls), ...identityCheck(tls) },
    application_name: 'ztpserver',
    connectionTimeoutMillis: limits.connect,
    keepAlive: true,
    stream: () => socket,
    // Every value as the server writes it: what looks like a number may be a host name.
    types: { getTypeParser: () => (text: string) => text },
  })
  let isGood = true
  client.on('error', () => {
    isGood = false
  })
  client.on('end', () => {
    isGood = false
  })
  try {
    await client.connect()
    await client.query(settings(limits))
  } catch (thrown) {
    socket.destroy()
    throw thrown
  }
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: poolOf(client) }) })
  return {
    db,
    isGood: () => isGood,
    read: (work) => work(),
    async begin(table) {
      await sql`begin isolation level read committed`.execute(db)
      if (table === undefined) return
      await sql`select pg_advisory_xact_lock(${LOCK_CLASS}, hashtext(${table}))`.execute(db)
    },
    async commit() {
      await sql`commit`.execute(db)
    },
    async rollback() {
      await sql`rollback`.execute(db)
    },
    destroy() {
      isGood = false
      socket.destroy()
    },
    async close() {
      isGood = false
      await client.end()
    },
  }
}

function identityCheck({ mode }: DatabaseTls) {
  return mode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }
}

/** The query builder wants a pool: ours always has the same connection. */
function poolOf(client: pg.Client): PostgresPool {
  const connection = Object.assign(client, { release: () => undefined })
  return { connect: async () => connection, end: () => client.end() }
}
