import { sql } from 'kysely'
import type { DatabaseAddress } from '../../../config/database-url.ts'
import type { SqlDialect, Trouble } from '../dialect.ts'
import type { SqlLimits } from '../limits.ts'
import { placeOf, reasonWithout } from '../server/address.ts'
import { LEDGER } from '../tables.ts'
import { describeMysql, hasMysqlTable, mysqlPools } from './catalog.ts'
import { LockTimeout, openMysqlSession } from './session.ts'

const TEXT = sql`varchar(255) character set utf8mb4 collate utf8mb4_bin`

/** Pools in a MySQL 8 or MariaDB 10.6 database, or later, shared by any number of machines. */
export function mysqlDialect(address: DatabaseAddress, limits: SqlLimits): SqlDialect {
  const where = `MySQL ${placeOf(address)}`
  return {
    where,
    locksRows: true,
    open: () => openMysqlSession(address, limits),
    describe: (db, table) => describeMysql(db, table, where),
    tables: mysqlPools,
    hasTable: hasMysqlTable,
    async createPool(db, table) {
      await sql`create table ${sql.table(table)} (
        id bigint not null auto_increment primary key,
        node_id ${TEXT}, ${sql.ref('key')} ${TEXT} not null,
        unique (${sql.ref('key')}), index (node_id)) engine = InnoDB`.execute(db)
    },
    async createLedger(db) {
      await sql`create table if not exists ${sql.table(LEDGER)} (
        pool ${TEXT} not null, entry ${TEXT} not null,
        holder text character set utf8mb4 collate utf8mb4_bin not null, node ${TEXT} not null,
        since bigint, repeated smallint not null, state varchar(16) not null,
        primary key (pool, entry), index (node, state)) engine = InnoDB`.execute(db)
    },
    putLedger(db, rows) {
      const written = (column: string) => sql<never>`values(${sql.ref(column)})`
      return db
        .insertInto(LEDGER)
        .values(rows)
        .onDuplicateKeyUpdate({
          holder: written('holder'),
          node: written('node'),
          since: written('since'),
          repeated: written('repeated'),
          state: written('state'),
        })
        .execute()
    },
    troubleOf,
    reasonOf: (thrown) => reasonWithout(address.password, thrown),
  }
}

/** Shutting down, killed, too many connections, lost. */
const LOST: ReadonlySet<number> = new Set([1040, 1053, 1152, 1158, 1159, 1160, 1161, 1927, 3169])
/** Dead-locked, changed since it was read, no such table: our own may have been dropped. */
const AGAIN: ReadonlySet<number> = new Set([1213, 1020, 1146])
/** Values that a column, a key, a check or a trigger does not take. */
const DATA: ReadonlySet<number> = new Set([
  ...[
    1022, 1048, 1062, 1216, 1217, 1264, 1265, 1292, 1366, 1406, 1451, 1452, 1525, 1644, 3819, 4025,
  ],
])

function troubleOf(thrown: unknown): Trouble {
  if (thrown instanceof LockTimeout) return 'refused'
  const number = thrown instanceof Error && 'errno' in thrown ? Number(thrown.errno) : 0
  const isServers = thrown instanceof Error && 'sqlState' in thrown && number > 0
  if (!isServers || LOST.has(number)) return 'lost'
  if (AGAIN.has(number)) return 'again'
  return DATA.has(number) ? 'data' : 'refused'
}
