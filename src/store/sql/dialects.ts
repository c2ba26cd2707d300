import { type DatabaseAddress, parseDatabaseUrl } from '../../config/database-url.ts'
import { ZtpError } from '../../kernel/errors.ts'
import type { SqlDialect } from './dialect.ts'
import type { SqlSetup } from './messages.ts'

/** What talks to a database; its driver is loaded with it, and no other. */
export async function dialectFor({ target, limits }: SqlSetup): Promise<SqlDialect> {
  switch (target.kind) {
    case 'sqlite': {
      const { sqliteDialect } = await import('./sqlite/dialect.ts')
      return sqliteDialect(target.path)
    }
    case 'postgres': {
      const { postgresDialect } = await import('./postgres/dialect.ts')
      return postgresDialect(addressOf(target.url, 'postgres'), limits)
    }
    case 'mysql': {
      const { mysqlDialect } = await import('./mysql/dialect.ts')
      return mysqlDialect(addressOf(target.url, 'mysql'), limits)
    }
  }
}

function addressOf(url: string, kind: 'postgres' | 'mysql'): DatabaseAddress {
  const address = parseDatabaseUrl(url, kind)
  if (address !== undefined) return address
  throw new ZtpError('ZTP_DATABASE_FAILED', `[${kind}] url is not set, or is no URL of a database`)
}
