/** How to reach a database server; the password is nobody else's business. */
export type DatabaseAddress = {
  /** Name or address; the path of a socket where it begins with `/`. */
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  readonly tls: DatabaseTls | undefined
}

export type DatabaseTls = {
  /** `require` encrypts, `verify-ca` knows the certificate, `verify-full` the host in it too. */
  readonly mode: 'require' | 'verify-ca' | 'verify-full'
  /** Paths of PEM files: whom to trust, and who we are. */
  readonly rootCertificate?: string
  readonly certificate?: string
  readonly key?: string
}

const SCHEMES = {
  postgres: { names: ['postgres', 'postgresql'], port: 5432 },
  mysql: { names: ['mysql', 'mariadb'], port: 3306 },
} as const

const PARAMETERS: readonly string[] = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'socket']

/**
 * Reads `postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full&sslrootcert=/ca.pem`, or
 * the same with `mysql:`. The parameters are libpq's; `socket=/path` takes the place of the host.
 *
 * @returns undefined for anything else
 */
export function parseDatabaseUrl(
  text: string,
  kind: keyof typeof SCHEMES,
): DatabaseAddress | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const names: readonly string[] = SCHEMES[kind].names
  if (url === undefined || !names.includes(url.protocol.slice(0, -1))) return undefined
  const parameters = url.searchParams
  if (![...parameters.keys()].every((name) => PARAMETERS.includes(name))) return undefined
  const [user, password] = [decoded(url.username), decoded(url.password)]
  const [name, database] = [decoded(url.hostname), decoded(url.pathname.slice(1))]
  const host = parameters.get('socket') ?? name?.replace(/^\[(.*)\]$/, '$1')
  const tls = tlsOf(parameters)
  if (!user || password === undefined || !host || !database || tls === 'wrong') return undefined
  if (/[/\0]/.test(database) || (parameters.has('socket') && !host.startsWith('/')))
    return undefined
  const port = url.port === '' ? SCHEMES[kind].port : Number(url.port)
  return { host, port, user, password, database, tls }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function tlsOf(parameters: URLSearchParams): DatabaseTls | undefined | 'wrong' {
  const mode = parameters.get('sslmode') ?? 'disable'
  const files = {
    ...optional('rootCertificate', parameters.get('sslrootcert')),
    ...optional('certificate', parameters.get('sslcert')),
    ...optional('key', parameters.get('sslkey')),
  }
  if (mode === 'disable') return Object.keys(files).length > 0 ? 'wrong' : undefined
  const isMode = mode === 'require' || mode === 'verify-ca' || mode === 'verify-full'
  return isMode ? { mode, ...files } : 'wrong'
}

function optional<Name extends string>(
  name: Name,
  value: string | null,
): { readonly [name in Name]?: string } {
  return value === null ? {} : ({ [name]: value } as { [name in Name]: string })
}
