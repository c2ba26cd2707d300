import { describe, expect, it } from 'vitest'
import type { PoolEntryStatus } from '../../../resource/pool-admin.ts'
import { nodeId } from '../../../resource/testing/requests.ts'
import type { SqlBench } from './sql-bench.ts'

const [n1, n2, n3] = [nodeId('N1'), nodeId('N2'), nodeId('N3')]
const DO = { dryRun: false }
const DRY = { dryRun: true }

function byKey(entries: readonly PoolEntryStatus[]): readonly PoolEntryStatus[] {
  return entries.toSorted((one, other) => (one.key < other.key ? -1 : 1))
}

/** What a person does with pools in tables, whatever the database. */
export function sqlAdminSuite(bench: SqlBench): void {
  const { kind } = bench

  describe(`${kind} pools for a person: contents`, () => {
    it('tells who has what, how far, and since when', async () => {
      bench.write('p', { a: 'N9', b: null, c: null, d: null })
      const server = bench.open()
      const before = Date.now()
      await server.allocate('p', { nodeId: n1 })
      await server.allocate('p', { nodeId: n2, label: 'lo' })
      await server.confirm(n1)
      const { entries, ...rest } = await bench.admin().contents('p')
      expect(rest).toEqual({ kind, name: 'p', warnings: [] })
      expect(byKey(entries)).toEqual([
        { key: 'a', size: 1, state: 'held', holder: 'N9' },
        { key: 'b', size: 1, state: 'in use', holder: 'N1', since: expect.any(Number) },
        { key: 'c', size: 1, state: 'reserved', holder: 'N2/lo', since: expect.any(Number) },
        { key: 'd', size: 1, state: 'free', holder: null },
      ])
      for (const { since = before } of entries) expect(since).toBeGreaterThanOrEqual(before)
    })

    it('does not take a note of a former holder', async () => {
      bench.write('p', { a: null })
      await bench.open().allocate('p', { nodeId: n1 })
      bench.sql("update p set node_id = 'N2'")
      const { entries } = await bench.admin().contents('p')
      expect(entries).toEqual([{ key: 'a', size: 1, state: 'held', holder: 'N2' }])
    })

    it('warns of keys that are there twice and of holders that are no ids', async () => {
      bench.write('p', { a: null, b: 'set aside' })
      bench.sql("insert into p values ('N1', 'a')")
      const { entries, warnings } = await bench.admin().contents('p')
      expect(byKey(entries)).toMatchObject([
        { key: 'a', holder: 'N1' },
        { key: 'b', holder: 'set aside' },
      ])
      expect(warnings).toEqual([
        expect.stringMatching(/^the key "a" stands in several rows/),
        expect.stringMatching(/^b is held by "set aside", which is no node id/),
      ])
    })

    it('leaves the database as it is', async () => {
      bench.write('p', { a: null })
      const admin = bench.admin()
      await admin.contents('p')
      await admin.add('p', [{ key: 'b', holder: 'N1' }], DRY)
      await admin.free('p', ['a'], DRY)
      expect(await admin.pools()).toEqual(['p'])
      expect(() => bench.sql('select * from ztps_ledger')).toThrow(/ztps_ledger/)
    })

    it('refuses a pool that is not there', async () => {
      await expect(bench.admin().contents('p')).rejects.toMatchObject({ code: 'ZTP_MISSING_POOL' })
    })
  })

  it(`${kind} pools for a person: pools lists the tables that have the columns`, async () => {
    bench.write('q', { a: null })
    bench.write('p', { a: null })
    bench.sql('create table notes (node_id varchar(20))')
    await bench.open().allocate('p', { nodeId: n1 })
    expect(await bench.admin().pools()).toEqual(['p', 'q'])
  })

  it(`${kind} pools for a person: a table that no call can name is in nobody's way`, async () => {
    bench.write('p', { a: 'N1' })
    const odd = kind === 'mysql' ? '`my-pool`' : '"my-pool"'
    bench.sql(`create table ${odd} (node_id varchar(255), ${bench.key} varchar(80))`)
    const admin = bench.admin()
    expect(await admin.pools()).toEqual(['p'])
    expect(await admin.freeNode(n1, DO)).toEqual([{ pool: 'p', key: 'a', from: 'N1', to: null }])
  })

  describe(`${kind} pools for a person: add`, () => {
    it('makes a table that gives each key once, and fills it', async () => {
      const admin = bench.admin()
      const entries = [
        { key: 'a', holder: null },
        { key: 'b', holder: 'N2', state: 'in use' as const, since: 77 },
        { key: "c' --", holder: null },
        { key: 'a', holder: null },
      ]
      const expected = { added: ['a', 'b', "c' --"], present: ['a'], conflicts: [], created: true }
      expect(await admin.add('p', entries, DRY)).toEqual(expected)
      expect(await admin.pools()).toEqual([])
      expect(await admin.add('p', entries, DO)).toEqual(expected)
      expect((await admin.contents('p')).entries).toEqual([
        { key: 'a', size: 1, state: 'free', holder: null },
        { key: 'b', size: 1, state: 'in use', holder: 'N2', since: 77 },
        { key: "c' --", size: 1, state: 'free', holder: null },
      ])
      expect(() => bench.sql(`insert into p (${bench.key}) values ('a')`)).toThrow(/uni|dup/i)
      expect(await bench.open().allocate('p', { nodeId: n1 })).toMatchObject({ key: 'a' })
    })

    it('adds what is new to a table that is there, and tells what was there just so', async () => {
      bench.write('p', { a: null, b: 'N2' })
      const entries = [
        { key: 'c', holder: null },
        { key: 'a', holder: null },
        { key: 'b', holder: 'N2' },
      ]
      expect(await bench.admin().add('p', entries, DO)).toEqual({
        added: ['c'],
        present: ['a', 'b'],
        conflicts: [],
        created: false,
      })
      expect(bench.read('p')).toEqual({ a: null, b: 'N2', c: null })
    })

    it('adds nothing when another holder has one of them', async () => {
      bench.write('p', { a: 'N1' })
      const entries = [
        { key: 'c', holder: null },
        { key: 'a', holder: 'N2' },
      ]
      expect(await bench.admin().add('p', entries, DO)).toEqual({
        added: [],
        present: [],
        conflicts: [{ key: 'a', holder: 'N1' }],
        created: false,
      })
      expect(bench.read('p')).toEqual({ a: 'N1' })
    })

    it('gives what is free its holder when it is told to fill', async () => {
      bench.write('p', { a: null, b: 'N2', c: null })
      const admin = bench.admin()
      const entries = [
        { key: 'a', holder: 'N1', state: 'in use' as const, since: 77 },
        { key: 'b', holder: 'N2' },
        { key: 'c', holder: 'set aside', state: 'held' as const },
        { key: 'd', holder: 'N3', state: 'held' as const },
        { key: 'e', holder: null },
      ]
      const expected = {
        added: ['d', 'e', 'a', 'c'],
        present: ['b'],
        conflicts: [],
        created: false,
      }
      expect(await admin.add('p', entries, { ...DRY, fill: true })).toEqual(expected)
      expect(bench.read('p')).toEqual({ a: null, b: 'N2', c: null })
      expect(await admin.add('p', entries, { ...DO, fill: true })).toEqual(expected)
      expect(byKey((await admin.contents('p')).entries)).toEqual([
        { key: 'a', size: 1, state: 'in use', holder: 'N1', since: 77 },
        { key: 'b', size: 1, state: 'held', holder: 'N2' },
        { key: 'c', size: 1, state: 'held', holder: 'set aside' },
        { key: 'd', size: 1, state: 'held', holder: 'N3' },
        { key: 'e', size: 1, state: 'free', holder: null },
      ])
      const again = { added: [], present: ['a', 'b', 'c', 'd', 'e'], conflicts: [], created: false }
      expect(await admin.add('p', entries, { ...DO, fill: true })).toEqual(again)
    })

    it('fills nothing when another holder has one of them', async () => {
      bench.write('p', { a: null, b: 'N2' })
      const entries = [
        { key: 'a', holder: 'N1' },
        { key: 'b', holder: 'N1' },
      ]
      const { conflicts } = await bench.admin().add('p', entries, { ...DO, fill: true })
      expect(conflicts).toEqual([{ key: 'b', holder: 'N2' }])
      expect(bench.read('p')).toEqual({ a: null, b: 'N2' })
    })

    it.each(['p; drop table q', 'a.b.c', '"p"', '', 'p'.repeat(200)])(
      'makes no table called %j',
      async (name) => {
        const added = bench.admin().add(name, [{ key: 'a', holder: null }], DO)
        await expect(added).rejects.toMatchObject({
          code: 'ZTP_MISSING_POOL',
          message: expect.stringContaining('names no pool'),
        })
      },
    )
  })

  it(`${kind} pools for a person: free frees by key, and only tells in a dry run`, async () => {
    bench.write('p', { a: null, b: null, c: 'N2/lo' })
    const server = bench.open()
    await server.allocate('p', { nodeId: n1 })
    const admin = bench.admin()
    const expected = [
      { pool: 'p', key: 'c', from: 'N2/lo', to: null },
      { pool: 'p', key: 'a', from: 'N1', to: null },
    ]
    expect(await admin.free('p', ['c', 'a', 'b', 'zz', 'a'], DRY)).toEqual(expected)
    expect(bench.read('p')).toEqual({ a: 'N1', b: null, c: 'N2/lo' })
    expect(await admin.free('p', ['c', 'a', 'b', 'zz', 'a'], DO)).toEqual(expected)
    expect(bench.read('p')).toEqual({ a: null, b: null, c: null })
    expect(bench.sql('select count(*) from ztps_ledger')).toEqual([['0']])
    expect(await admin.free('p', ['c', 'a'], DO)).toEqual([])
  })

  it(`${kind} pools for a person: freeNode frees all of a node in every pool`, async () => {
    bench.write('p', { a: '00:1c:73:aa:bb:cc', b: 'N1', c: '001c73aabbcc/lo' })
    bench.write('q', { d: '001C73AABBCC' })
    bench.write('r', { e: '001c73aabbcc-2' })
    bench.sql(`create table s (node_id int, ${bench.key} int)`)
    const admin = bench.admin()
    const expected = [
      { pool: 'p', key: 'a', from: '00:1c:73:aa:bb:cc', to: null },
      { pool: 'p', key: 'c', from: '001c73aabbcc/lo', to: null },
      { pool: 'q', key: 'd', from: '001C73AABBCC', to: null },
    ]
    const node = nodeId('001c73aabbcc')
    expect(await admin.freeNode(node, DRY)).toEqual(expected)
    expect(await admin.freeNode(node, DO)).toEqual(expected)
    expect([bench.read('p'), bench.read('q'), bench.read('r')]).toEqual([
      { a: null, b: 'N1', c: null },
      { d: null },
      { e: '001c73aabbcc-2' },
    ])
  })

  describe(`${kind} pools for a person: reassign`, () => {
    it('hands all of a node to another, who has it reserved from then on', async () => {
      bench.write('p', { a: null, b: null })
      bench.write('q', { c: 'N1' })
      const server = bench.open()
      await server.allocate('p', { nodeId: n1 })
      await server.allocate('p', { nodeId: n1, label: 'lo' })
      await server.confirm(n1)
      const expected = [
        { pool: 'p', key: 'a', from: 'N1', to: 'N3' },
        { pool: 'p', key: 'b', from: 'N1/lo', to: 'N3/lo' },
        { pool: 'q', key: 'c', from: 'N1', to: 'N3' },
      ]
      const admin = bench.admin()
      expect(await admin.reassign(n1, n3, DRY)).toEqual(expected)
      expect(await admin.reassign(n1, n3, DO)).toEqual(expected)
      expect([bench.read('p'), bench.read('q')]).toEqual([{ a: 'N3', b: 'N3/lo' }, { c: 'N3' }])
      const { entries } = await admin.contents('p')
      expect(entries).toMatchObject([{ state: 'reserved' }, { state: 'reserved' }])
      expect(await server.allocate('p', { nodeId: n3 })).toMatchObject({ key: 'a', fresh: false })
    })

    it('changes nothing when the other has such an entry already', async () => {
      bench.write('p', { a: 'N1' })
      bench.write('q', { b: 'N1/lo', c: 'N2/lo' })
      const reassigned = bench.admin().reassign(n1, n2, DO)
      await expect(reassigned).rejects.toMatchObject({ code: 'ZTP_DUPLICATE_HOLDER' })
      expect([bench.read('p'), bench.read('q')]).toEqual([{ a: 'N1' }, { b: 'N1/lo', c: 'N2/lo' }])
    })
  })
}
