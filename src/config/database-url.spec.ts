import { describe, expect, it } from 'vitest'
import { parseDatabaseUrl } from './database-url.ts'

const PLAIN = { host: 'db', port: 5432, user: 'u', password: 'p', database: 'd', tls: undefined }

describe('parseDatabaseUrl', () => {
  const read: readonly (readonly [string, string, object])[] = [
    ['the usual', 'postgres://u:p@db/d', PLAIN],
    ['another scheme', 'postgresql://u:p@db:1234/d', { ...PLAIN, port: 1234 }],
    ['no password', 'postgres://u@db/d', { ...PLAIN, password: '' }],
    ['an IPv6 address', 'postgres://u:p@[::1]/d', { ...PLAIN, host: '::1' }],
    [
      'characters that are escaped',
      'postgres://us%40er:p%2Fw%25@db/my%20base',
      { ...PLAIN, user: 'us@er', password: 'p/w%', database: 'my base' },
    ],
    ['a socket', 'postgres://u:p@localhost/d?socket=/run/pg', { ...PLAIN, host: '/run/pg' }],
    ['TLS', 'postgres://u:p@db/d?sslmode=require', { ...PLAIN, tls: { mode: 'require' } }],
    [
      'certificates',
      'postgres://u:p@db/d?sslmode=verify-full&sslrootcert=/ca.pem&sslcert=/c.pem&sslkey=/k.pem',
      {
        ...PLAIN,
        tls: {
          mode: 'verify-full',
          rootCertificate: '/ca.pem',
          certificate: '/c.pem',
          key: '/k.pem',
        },
      },
    ],
  ]
  it.each(read)('reads %s', (_name, text, address) => {
    expect(parseDatabaseUrl(text, 'postgres')).toEqual(address)
  })

  it('knows the port of MySQL, and MariaDB by name', () => {
    expect(parseDatabaseUrl('mysql://u:p@db/d', 'mysql')).toEqual({ ...PLAIN, port: 3306 })
    expect(parseDatabaseUrl('mariadb://u:p@db/d', 'mysql')).toEqual({ ...PLAIN, port: 3306 })
  })

  const refused: readonly (readonly [string, string])[] = [
    ['nothing', ''],
    ['words', 'the database on db'],
    ['another kind', 'mysql://u:p@db/d'],
    ['no user', 'postgres://db/d'],
    ['no host', 'postgres://u:p@/d'],
    ['no database', 'postgres://u:p@db'],
    ['a path', 'postgres://u:p@db/d/e'],
    ['a broken escape', 'postgres://u:p%zz@db/d'],
    ['a port that is none', 'postgres://u:p@db:99999/d'],
    ['an unknown parameter', 'postgres://u:p@db/d?ssl=true'],
    ['an unknown sslmode', 'postgres://u:p@db/d?sslmode=prefer'],
    ['a certificate without TLS', 'postgres://u:p@db/d?sslrootcert=/ca.pem'],
    ['a socket that is no path', 'postgres://u:p@localhost/d?socket=pg'],
  ]
  it.each(refused)('refuses %s', (_name, text) => {
    expect(parseDatabaseUrl(text, 'postgres')).toBeUndefined()
  })
})
