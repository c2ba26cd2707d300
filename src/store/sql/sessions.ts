import { ZtpError } from '../../kernel/errors.ts'
import type { Session, SqlDialect } from './dialect.ts'
import { createSqlLedger, NO_LEDGER, type SqlLedger } from './ledger.ts'
import { LEDGER } from './tables.ts'
import { inTransaction } from './transaction.ts'
import { troubleOf } from './trouble.ts'

/** A connection with the ledger behind it, if there is one. */
export type OpenSession = { readonly session: Session; readonly ledger: SqlLedger }

/** One connection to a database: there when it is wanted, closed when it was not for a while. */
export type Sessions = {
  /** One at a time. What fails, but for what is expected, costs the connection. */
  use<T>(work: (open: OpenSession) => Promise<T>): Promise<T>
  /** Breaks off whatever is under way. */
  destroy(): void
  close(): Promise<void>
}

type Options = {
  /** Makes the database where it is only a file. */
  readonly create: boolean
  /** Makes our table where it is missing; else it is only looked for. */
  readonly makeLedger: boolean
  /** How long it is kept while nobody wants it; ms. */
  readonly idleMs: number
  readonly warn: (message: string) => void
}

export function createSessions(
  dialect: SqlDialect,
  { create, makeLedger, idleMs, warn }: Options,
): Sessions {
  let current: OpenSession | undefined
  let idle: NodeJS.Timeout | undefined
  let hasWarned = false
  /** Counts how often all was broken off: what began before that is not taken into use any more. */
  let age = 0

  async function open(): Promise<OpenSession> {
    // Whoever only looks for our table finds it as soon as somebody makes it.
    const isWhole = current?.ledger.works || makeLedger
    if (current?.session.isGood() && isWhole) return current
    forget(current)
    const born = age
    const session = await dialect.open(create)
    try {
      const opened = { session, ledger: await ledgerOf(session) }
      if (born !== age) throw new Error('the connection was broken off')
      current = opened
      return opened
    } catch (thrown) {
      session.destroy()
      throw thrown
    }
  }

  function forget(broken: OpenSession | undefined): void {
    broken?.session.destroy()
    if (current === broken) current = undefined
  }

  async function ledgerOf(session: Session): Promise<SqlLedger> {
    const ledger = createSqlLedger(dialect)
    const isThere = () => session.read(() => dialect.hasTable(session.db, LEDGER))
    if (await isThere()) return ledger
    if (!makeLedger) return NO_LEDGER
    const made = inTransaction(session, undefined, () => dialect.createLedger(session.db))
    const refusal = await made.catch((thrown: unknown) => thrown)
    // Of several servers that make it at once some are refused.
    if (await isThere()) return ledger
    const trouble = troubleOf(dialect, refusal)
    if (trouble === 'busy' || trouble === 'lost') throw refusal
    if (!hasWarned) warn(withoutLedger(dialect, refusal))
    hasWarned = true
    return NO_LEDGER
  }

  async function close(): Promise<void> {
    clearTimeout(idle)
    const last = current
    current = undefined
    await last?.session.close()
  }

  return {
    async use(work) {
      clearTimeout(idle)
      const mine = await open()
      try {
        return await work(mine)
      } catch (thrown) {
        if (!(thrown instanceof ZtpError)) forget(mine)
        throw thrown
      } finally {
        clearTimeout(idle)
        idle = setTimeout(() => close().catch(() => undefined), idleMs)
      }
    },
    destroy() {
      age += 1
      forget(current)
    },
    close,
  }
}

function withoutLedger(dialect: SqlDialect, thrown: unknown): string {
  return (
    `${dialect.where}: cannot make the table ${LEDGER} (${dialect.reasonOf(thrown)}); without it ` +
    'nobody knows since when an entry is held, and a request that fails keeps what it was given'
  )
}
