import { readFileSync } from 'node:fs'
import type { DatabaseAddress, DatabaseTls } from '../../../config/database-url.ts'

/** Where a database is, for messages: no user and no password. */
export function placeOf({ host, port, database }: DatabaseAddress): string {
  const server = host.includes(':') ? `[${host}]` : host
  return host.startsWith('/') ? `${host}, database ${database}` : `${server}:${port}/${database}`
}

/** What both drivers take for TLS. */
type TlsOptions = {
  readonly rejectUnauthorized: boolean
  readonly ca?: Buffer
  readonly cert?: Buffer
  readonly key?: Buffer
}

/**
 * Whom TLS trusts, and who we are; whether the host must be the one in the certificate is said to each
 * driver in its own way.
 *
 * @throws Error of the system when one of the files cannot be read
 */
export function tlsOptions(tls: DatabaseTls): TlsOptions {
  const { mode, rootCertificate, certificate, key } = tls
  return {
    rejectUnauthorized: mode !== 'require' || rootCertificate !== undefined,
    ...(rootCertificate === undefined ? {} : { ca: readFileSync(rootCertificate) }),
    ...(certificate === undefined ? {} : { cert: readFileSync(certificate) }),
    ...(key === undefined ? {} : { key: readFileSync(key) }),
  }
}

/** What was thrown as a sentence, without the password: as it is, or as a URL has it. */
export function reasonWithout(password: string, thrown: unknown): string {
  const secrets = [password, encodeURIComponent(password)].filter((each) => each.length > 2)
  const words = wordsOf(thrown)
  return secrets.reduce((text, secret) => text.replaceAll(secret, '***'), words)
}

/** A host with several addresses fails with an error that has one for each, and says nothing. */
function wordsOf(thrown: unknown): string {
  if (thrown instanceof AggregateError) return thrown.errors.map(wordsOf).join('; ')
  if (!(thrown instanceof Error)) return String(thrown)
  return thrown.message || ('code' in thrown ? String(thrown.code) : thrown.name)
}
