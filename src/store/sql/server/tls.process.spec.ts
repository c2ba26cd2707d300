import { describe, expect, it } from 'vitest'
import { nodeId } from '../../../resource/testing/requests.ts'
import { sqlBench } from '../testing/sql-bench.ts'

/** How many encrypted connections of ours a PostgreSQL server has. */
const ENCRYPTED = `select count(*) from pg_stat_ssl join pg_stat_activity using (pid)
  where ssl and usename = 'ztps'`

describe.each(['postgres', 'mysql'] as const)('TLS to %s', (kind) => {
  const bench = sqlBench(kind)

  async function allocateBy(host: string, parameters: string): Promise<string> {
    const target = bench.target()
    const url = target.kind === 'sqlite' ? '' : target.url.replace('127.0.0.1', host)
    const pools = bench.open({ kind, url: `${url}${parameters}` })
    const asked = pools.allocate('p', { nodeId: nodeId('N1') })
    return asked.then(
      ({ key }) => key,
      (thrown: Error) => thrown.message,
    )
  }

  const cases: readonly (readonly [string, string, string, RegExp])[] = [
    ['none', '127.0.0.1', '', /^a$/],
    ['unverified', '127.0.0.1', '?sslmode=require', /^a$/],
    ['verified', 'localhost', '?sslmode=verify-full&sslrootcert=CERT', /^a$/],
    ['verified, but for the host', '127.0.0.1', '?sslmode=verify-ca&sslrootcert=CERT', /^a$/],
    [
      'of another host',
      '127.0.0.1',
      '?sslmode=verify-full&sslrootcert=CERT',
      /altnames|by its name in \[mysql\] url/,
    ],
    ['that nobody trusts', 'localhost', '?sslmode=verify-full', /self-signed certificate/],
    ['without its file', 'localhost', '?sslmode=verify-ca&sslrootcert=/no/ca', /\/no\/ca/],
  ]
  it.each(cases)('%s', async (_name, host, parameters, outcome) => {
    bench.write('p', { a: null })
    const certificate = bench.server().certificate
    expect(await allocateBy(host, parameters.replace('CERT', certificate))).toMatch(outcome)
  })

  it('is really spoken', async () => {
    bench.write('p', { a: null })
    if (kind === 'mysql') bench.sql("alter user ztps@'127.0.0.1' require ssl")
    const pools = await allocateBy('127.0.0.1', '?sslmode=require')
    expect(pools).toBe('a')
    if (kind === 'postgres') expect(bench.sql(ENCRYPTED)).toEqual([['1']])
    else {
      expect(await allocateBy('127.0.0.1', '')).toMatch(/Access denied/)
      bench.sql("alter user ztps@'127.0.0.1' require none")
    }
  })
})
