import { describe, expect, it } from 'vitest'
import { nodeId } from '../../../resource/testing/requests.ts'
import type { SqlBench } from './sql-bench.ts'

/** A way to declare a table, and why it is no pool, or what its first entry is. */
export type Column = readonly [
  name: string,
  declaration: string,
  outcome: RegExp | { readonly value: unknown },
]

/** Tables as operators make them, and as they must not. */
export function columnSuite(bench: SqlBench, columns: readonly Column[]): void {
  describe(`${bench.kind} tables`, () => {
    it.each(columns)('%s', async (_name, declaration, outcome) => {
      bench.sql(declaration)
      if (bench.kind === 'postgres') {
        bench.sql(`grant all on all tables in schema public to ${bench.server().user}`)
      }
      const pools = bench.open()
      const asked = pools.allocate('p', { nodeId: nodeId('001122334455') })
      if (outcome instanceof RegExp) {
        await expect(asked).rejects.toMatchObject({
          code: 'ZTP_INVALID_POOL',
          message: expect.stringMatching(outcome),
        })
        return
      }
      expect(await asked).toMatchObject({ value: outcome.value, fresh: true })
      expect(await pools.allocate('p', { nodeId: nodeId('001122334455') })).toMatchObject({
        value: outcome.value,
        fresh: false,
      })
      const held = bench.sql(`select node_id from p where node_id is not null`)
      expect(held.flat().map((holder) => holder.trim())).toContain('001122334455')
    })

    it('give a key that is there twice to one node, and to nobody while one has it', async () => {
      bench.write('p', {})
      bench.sql(`insert into p values
        (NULL, 'a'), (NULL, 'a'), ('N9', 'b'), (NULL, 'b'), (NULL, 'c'), (NULL, 'a')`)
      const pools = bench.open()
      const ids = ['N1', 'N2'].map(nodeId)
      const given = await Promise.all(ids.map((id) => pools.allocate('p', { nodeId: id })))
      expect(given.map(({ key }) => key)).toEqual(['a', 'c'])
      await expect(pools.allocate('p', { nodeId: nodeId('N3') })).rejects.toMatchObject({
        code: 'ZTP_POOL_EXHAUSTED',
      })
      const rows = bench.sql(`select ${bench.key}, node_id from p where node_id is not null`)
      expect(rows.map((row) => row.join(' ')).sort()).toEqual([
        ...['a N1', 'a N1', 'a N1', 'b N9', 'c N2'],
      ])
      await pools.giveBack('p', { nodeId: nodeId('N1') }, 'a')
      expect(await pools.allocate('p', { nodeId: nodeId('N3') })).toMatchObject({ key: 'a' })
    })

    it('refuse a node that the column would cut off, and serve others', async () => {
      if (bench.kind === 'sqlite') return
      bench.sql(`create table p (node_id varchar(5), ${bench.key} varchar(9))`)
      bench.sql("insert into p values (NULL, 'a')")
      if (bench.kind === 'postgres') bench.sql('grant all on p to ztps')
      const pools = bench.open()
      const outcomes = await Promise.allSettled([
        pools.allocate('p', { nodeId: nodeId('ABCDEF') }),
        pools.allocate('p', { nodeId: nodeId('ABCDE') }),
      ])
      expect(outcomes).toMatchObject([
        {
          reason: {
            code: 'ZTP_INVALID_POOL',
            message: expect.stringMatching(/node_id of table \S+ takes 5 .*ABCDEF has 6/),
          },
        },
        { value: { key: 'a' } },
      ])
    })

    it.each(["p' OR '1'='1", 'p; drop table p', '"p"', 'p--', 'a.b.c', '', 'p'.repeat(200), 'ü'])(
      'are not asked for under the name %j',
      async (name) => {
        bench.write('p', { a: null })
        const asked = bench.open().allocate(name, { nodeId: nodeId('N1') })
        await expect(asked).rejects.toMatchObject({
          code: 'ZTP_MISSING_POOL',
          message: expect.stringMatching(/ names no pool: a table's name is up to 63 letters/),
        })
        expect(bench.read('p')).toEqual({ a: null })
      },
    )

    it('are safe from node ids that the door would not let in', async () => {
      bench.write('p', { a: null, b: 'N2' })
      const pools = bench.open()
      const ids = [
        "x' OR '1'='1",
        "'; DELETE FROM p; --",
        '"',
        '\\',
        "\\' OR 1=1 --",
        '%',
        '?',
        '$1',
      ]
      for (const id of ids) {
        // Below the door: this is what parseNodeId keeps out.
        const hostile = { nodeId: id as ReturnType<typeof nodeId> }
        expect(await pools.allocate('p', hostile)).toMatchObject({ key: 'a', fresh: true })
        expect(bench.read('p')).toEqual({ a: id, b: 'N2' })
        await pools.free('p', hostile, "a' OR '1'='1")
        expect(bench.read('p')).toEqual({ a: id, b: 'N2' })
        await pools.free('p', hostile, 'a')
      }
      expect(bench.read('p')).toEqual({ a: null, b: 'N2' })
    })
  })
}
