import type { Table } from './allocate.ts'
import type { SqlDialect } from './dialect.ts'
import type { SqlLimits } from './limits.ts'
import { persevere } from './persevere.ts'
import { createSessions, type OpenSession, type Sessions } from './sessions.ts'
import { inTransaction } from './transaction.ts'
import { databaseFailure } from './trouble.ts'

/** One piece of work on one pool. */
export type OnTable<T> = (table: Table) => Promise<T>

/** The way of an operator's command to one database. Every method throws ZtpError. */
export type AdminAccess = {
  look<T>(pool: string, now: number, work: OnTable<T>): Promise<T>
  /** In a transaction, with the servers kept out. */
  change<T>(pool: string, now: number, work: OnTable<T>): Promise<T>
  /** The names of all pools. */
  list(): Promise<readonly string[]>
  /** Makes the table, and the database where it is only a file. */
  make(pool: string): Promise<void>
  close(): Promise<void>
}

/** @param warn gets one sentence for whatever the operator should know */
export function createAdminAccess(
  dialect: SqlDialect,
  limits: SqlLimits,
  warn: (message: string) => void,
): AdminAccess {
  const common = { idleMs: limits.idle, warn }
  const lookers = createSessions(dialect, { ...common, create: false, makeLedger: false })
  const writers = createSessions(dialect, { ...common, create: false, makeLedger: true })
  const makers = createSessions(dialect, { ...common, create: true, makeLedger: true })

  async function on<T>(sessions: Sessions, work: (open: OpenSession) => Promise<T>): Promise<T> {
    try {
      return await persevere({ dialect, sessions, limitMs: limits.batch }, work)
    } catch (thrown) {
      throw databaseFailure(dialect, thrown)
    }
  }

  async function tableOf(
    { session: { db }, ledger }: OpenSession,
    name: string,
    now: number,
  ): Promise<Table> {
    const pool = await dialect.describe(db, name)
    return { db, pool, ledger, name, now, locksRows: dialect.locksRows }
  }

  return {
    look: (pool, now, work) =>
      on(lookers, (open) => open.session.read(async () => work(await tableOf(open, pool, now)))),
    change: (pool, now, work) =>
      on(writers, async (open) => {
        const table = await open.session.read(() => tableOf(open, pool, now))
        return inTransaction(open.session, table.pool.name, () => work(table))
      }),
    list: () => on(lookers, ({ session }) => session.read(() => dialect.tables(session.db))),
    make: (pool) =>
      on(makers, ({ session }) =>
        inTransaction(session, undefined, () => dialect.createPool(session.db, pool)),
      ),
    async close() {
      await Promise.all([lookers, writers, makers].map((each) => each.close()))
    },
  }
}
