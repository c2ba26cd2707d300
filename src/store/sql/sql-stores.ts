import type { Clock } from '../../kernel/clock.ts'
import { ZtpError } from '../../kernel/errors.ts'
import type { Logger } from '../../kernel/logger.ts'
import type { PoolAdmin } from '../../resource/pool-admin.ts'
import type { PoolStore } from '../../resource/pool-port.ts'
import type { SqlTarget } from './messages.ts'
import { createSqlPoolAdmin } from './sql-admin.ts'
import { createSqlPools } from './sql-pools.ts'

/** Where the databases are; empty URLs for none. */
export type SqlPlaces = {
  /** Absolute. */
  readonly sqliteFile: string
  readonly postgresUrl: string
  readonly mysqlUrl: string
}

/** The pools of all three kinds of databases. */
export type SqlStores = {
  readonly sqlite: PoolStore
  readonly postgres: PoolStore
  readonly mysql: PoolStore
  /** Those of them that somebody configured, by name. */
  readonly configured: Readonly<Record<string, PoolStore>>
  close(): Promise<void>
}

type Parts = { readonly logger: Logger; readonly clock: Clock }

/** Nothing is opened before it is asked for. */
export function createSqlStores(places: SqlPlaces, parts: Parts): SqlStores {
  const stores = new Map(
    targetsOf(places).map((target) => [target.kind, createSqlPools(target, parts)]),
  )
  const storeOf = (kind: SqlTarget['kind']) => stores.get(kind) ?? unconfigured(kind)
  return {
    sqlite: storeOf('sqlite'),
    postgres: storeOf('postgres'),
    mysql: storeOf('mysql'),
    configured: Object.fromEntries(stores),
    async close() {
      await Promise.all([...stores.values()].map((each) => each.close()))
    },
  }
}

/** What a person does with the pools of the databases that are configured. */
export function createSqlPoolAdmins(places: SqlPlaces, parts: Parts): readonly PoolAdmin[] {
  return targetsOf(places).map((target) => createSqlPoolAdmin(target, parts))
}

function targetsOf({ sqliteFile, postgresUrl, mysqlUrl }: SqlPlaces): readonly SqlTarget[] {
  return [
    { kind: 'sqlite', path: sqliteFile },
    ...(postgresUrl === '' ? [] : [{ kind: 'postgres', url: postgresUrl } as const]),
    ...(mysqlUrl === '' ? [] : [{ kind: 'mysql', url: mysqlUrl } as const]),
  ]
}

function unconfigured(kind: SqlTarget['kind']): PoolStore {
  const refuse = async () => {
    const reason = `the plugin ${kind} needs a database: set [${kind}] url to ${kind}://USER:PASSWORD@HOST/DATABASE`
    throw new ZtpError('ZTP_DATABASE_FAILED', reason)
  }
  return { allocate: refuse, free: refuse, giveBack: refuse, async confirm() {} }
}
