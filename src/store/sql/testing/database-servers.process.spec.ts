import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { type DatabaseServer, startMariadb, startPostgres } from './database-servers.ts'

const servers: readonly (readonly [string, () => Promise<DatabaseServer>, string])[] = [
  ['PostgreSQL', startPostgres, 'show fsync'],
  ['MariaDB', startMariadb, 'select @@innodb_flush_log_at_trx_commit'],
]

describe.each(servers)('%s for tests', (_name, start, durability) => {
  let server: DatabaseServer | undefined
  afterAll(() => server?.remove())

  it('is durable, and keeps what was committed when it is killed', async () => {
    server = await start()
    const { sql, url } = server.createDatabase()
    expect(new URL(url).port).toBe(`${server.port}`)
    expect(sql(durability)).toEqual([[expect.stringMatching(/^(on|1)$/)]])
    sql("create table t (a text, b text); insert into t values ('one', null)")
    await server.kill()
    expect(await answer(server.port, 1_000)).toBe('refused')
    await server.start()
    expect(sql('select a, b from t')).toEqual([['one', 'NULL']])
  })

  it('is silent while it is held, and answers afterwards', async () => {
    if (server === undefined) throw new Error('no server')
    server.pause()
    expect(await answer(server.port, 300)).toBe('silent')
    server.resume()
    expect(server.createDatabase().sql('select 1')).toEqual([['1']])
    await server.stop()
    expect(await answer(server.port, 1_000)).toBe('refused')
  })
})

/** What a client meets that greets in the way of PostgreSQL, which MariaDB answers too. */
async function answer(port: number, ms: number): Promise<'refused' | 'silent' | 'answers'> {
  const socket = connect(port, '127.0.0.1')
  // Asks for TLS, with one byte as the answer.
  socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]))
  const met = new Promise<'refused' | 'answers'>((resolve) => {
    socket.once('data', () => resolve('answers'))
    socket.once('error', () => resolve('refused'))
  })
  const outcome = await Promise.race([met, wait(ms, 'silent' as const)])
  socket.destroy()
  return outcome
}
