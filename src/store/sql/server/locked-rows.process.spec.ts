import { setTimeout as sleep } from 'node:timers/promises'
import { createConnection } from 'mysql2/promise'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { nodeId } from '../../../resource/testing/requests.ts'
import type { SqlTarget } from '../messages.ts'
import { sqlBench } from '../testing/sql-bench.ts'

/** Another program's connection. */
type Client = { query(text: string): Promise<unknown>; end(): Promise<void> }

async function connect(target: SqlTarget): Promise<Client> {
  if (target.kind === 'sqlite') throw new Error('SQLite has no rows to lock')
  if (target.kind === 'mysql') return createConnection({ uri: target.url })
  const client = new pg.Client({ connectionString: target.url })
  await client.connect()
  return client
}

/** Another program is in the middle of a transaction. @returns how it commits */
async function begin(target: SqlTarget, statement: string): Promise<() => Promise<void>> {
  const client = await connect(target)
  await client.query('begin')
  await client.query(statement)
  return async () => {
    await client.query('commit')
    await client.end()
  }
}

describe.each(['postgres', 'mysql'] as const)(
  'rows that another program has locked: %s',
  (kind) => {
    const bench = sqlBench(kind)
    const key = kind === 'mysql' ? '`key`' : '"key"'

    it('are passed by where there are others', async () => {
      bench.write('p', { a: null, b: null })
      bench.sql(`alter table p add primary key (${key})`)
      const commit = await begin(bench.target(), `select * from p where ${key} = 'a' for update`)
      expect(await bench.open().allocate('p', { nodeId: nodeId('N1') })).toMatchObject({ key: 'b' })
      await commit()
    })

    it('are waited for where there are no others: the pool is not exhausted', async () => {
      bench.write('p', { a: null, b: 'N9' })
      const commit = await begin(bench.target(), `select * from p where ${key} = 'a' for update`)
      const asked = bench.open().allocate('p', { nodeId: nodeId('N1') })
      await sleep(300)
      await commit()
      expect(await asked).toMatchObject({ key: 'a', fresh: true })
    })

    it('are not taken when they are given to somebody', async () => {
      bench.write('p', { a: null, b: 'N9' })
      const commit = await begin(bench.target(), `update p set node_id = 'N8' where ${key} = 'a'`)
      // Looked at from the start: it may be refused before the other program has said good-bye.
      const refused = expect(
        bench.open().allocate('p', { nodeId: nodeId('N1') }),
      ).rejects.toMatchObject({ code: 'ZTP_POOL_EXHAUSTED' })
      await sleep(300)
      await commit()
      await refused
      expect(bench.read('p')).toEqual({ a: 'N8', b: 'N9' })
    })
  },
)
