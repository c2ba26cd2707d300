import { sql } from 'kysely'
import type { DatabaseAddress } from '../../../config/database-url.ts'
import type { SqlDialect, Trouble } from '../dialect.ts'
import type { SqlLimits } from '../limits.ts'
import { placeOf, reasonWithout } from '../server/address.ts'
import { LEDGER } from '../tables.ts'
import { describePostgres, hasPostgresTable, postgresPools } from './catalog.ts'
import { openPostgresSession } from './session.ts'

/** Pools in a PostgreSQL database, shared by any number of machines. */
export function postgresDialect(address: DatabaseAddress, limits: SqlLimits): SqlDialect {
  const where = `PostgreSQL ${placeOf(address)}`
  return {
    where,
    locksRows: true,
    open: () => openPostgresSession(address, limits),
    describe: (db, table) => describePostgres(db, table, where),
    tables: postgresPools,
    hasTable: hasPostgresTable,
    async createPool(db, table) {
      await sql`create table ${sql.table(table)} (node_id text, "key" text primary key)`.execute(db)
      await sql`create index on ${sql.table(table)} (node_id)`.execute(db)
    },
    async createLedger(db) {
      await sql`create table if not exists ${sql.table(LEDGER)} (
        pool text not null, entry text not null, holder text not null, node text not null,
        since bigint, repeated smallint not null, state text not null,
        primary key (pool, entry))`.execute(db)
      await sql`create index if not exists ${sql.id(`${LEDGER}_node`)}
        on ${sql.table(LEDGER)} (node, state)`.execute(db)
    },
    putLedger(db, rows) {
      const insert = db.insertInto(LEDGER).values(rows)
      return insert
        .onConflict((conflict) =>
          conflict.columns(['pool', 'entry']).doUpdateSet(({ ref }) => ({
            holder: ref('excluded.holder'),
            node: ref('excluded.node'),
            since: ref('excluded.since'),
            repeated: ref('excluded.repeated'),
            state: ref('excluded.state'),
          })),
        )
        .execute()
    },
    troubleOf,
    reasonOf: (thrown) => reasonWithout(address.password, thrown),
  }
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const AGAIN: ReadonlySet<string> = new Set(['40001', '40P01', '42P01'])

function troubleOf(thrown: unknown): Trouble {
  const state = sqlStateOf(thrown)
  // Without a word of the server, or on its way down.
  if (state === undefined || state.startsWith('08') || state.startsWith('57P')) return 'lost'
  if (AGAIN.has(state)) return 'again'
  const isValue = /^2[23]/.test(state) || state === 'P0001'
  return isValue ? 'data' : 'refused'
}

function sqlStateOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined
}
