import { describe, expect, it } from 'vitest'
import type { PoolStore } from '../pool-port.ts'
import { nodeId } from './requests.ts'

/** Pools of one kind, made anew for each test, to run the contract on. */
export type PoolsUnderTest = {
  /** One more server on the same pools; closed by whoever made this. */
  open(): PoolStore
  /** Makes a pool; entries in order, with their holders or null. */
  write(pool: string, entries: Entries): void
  /** The pool as anybody else sees it. */
  read(pool: string): Entries
}

/** Key → `ID`, `ID/LABEL`, or null for free. */
export type Entries = Readonly<Record<string, string | null>>

const [n1, n2, n3] = [nodeId('N1'), nodeId('N2'), nodeId('N3')]
const mac = nodeId('001c73aabbcc')

/** What text in a definition or in a table could do to a query, or to a file. */
const HOSTILE = [
  "x' OR '1'='1",
  `"; DROP TABLE p; --`,
  '`p`',
  '\\',
  '%s %',
  'ü → 漢 😀',
  '/',
  ' ',
  'null',
  '# no comment',
  'L'.repeat(200),
]

function free(count: number): Entries {
  return Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`10.0.${at >> 8}.${at & 255}/16`, null]),
  )
}

/** What every implementation of PoolStore keeps to. */
export function poolStoreContract(name: string, pools: PoolsUnderTest): void {
  describe(`${name} as a PoolStore: allocate`, () => {
    it('gives the first free entry', async () => {
      pools.write('p', { a: 'N9', b: null, c: null })
      const given = await pools.open().allocate('p', { nodeId: n1 })
      expect(given).toMatchObject({ key: 'b', value: 'b', fresh: true })
      expect(pools.read('p')).toEqual({ a: 'N9', b: 'N1', c: null })
    })

    it('gives the same entry again, by every server', async () => {
      pools.write('p', { a: null, b: null })
      const [one, other] = [pools.open(), pools.open()]
      await one.allocate('p', { nodeId: n1 })
      for (const server of [one, other, other, one]) {
        const given = await server.allocate('p', { nodeId: n1 })
        expect(given).toMatchObject({ key: 'a', value: 'a', fresh: false })
      }
      expect(pools.read('p')).toEqual({ a: 'N1', b: null })
    })

    it('gives each label an entry of its own', async () => {
      pools.write('p', { a: null, b: null, c: null })
      const server = pools.open()
      await server.allocate('p', { nodeId: n1 })
      await server.allocate('p', { nodeId: n1, label: 'lo' })
      await server.allocate('p', { nodeId: n1, label: 'lo' })
      expect(pools.read('p')).toEqual({ a: 'N1', b: 'N1/lo', c: null })
    })

    it('tells node ids apart that differ in case only', async () => {
      pools.write('p', { a: 'ABC1', b: null })
      const given = await pools.open().allocate('p', { nodeId: nodeId('abc1') })
      expect(given).toMatchObject({ key: 'b', fresh: true })
      expect(pools.read('p')).toEqual({ a: 'ABC1', b: 'abc1' })
    })

    it.each(['00:1c:73:aa:bb:cc', '001C73AABBCC', '001c.73aa.bbcc', '00-1C-73-AA-BB-CC'])(
      'knows the MAC in %s',
      async (written) => {
        pools.write('p', { a: null, b: written, c: `${written}/lo` })
        const server = pools.open()
        expect(await server.allocate('p', { nodeId: mac })).toMatchObject({ key: 'b' })
        expect(await server.allocate('p', { nodeId: mac, label: 'lo' })).toMatchObject({ key: 'c' })
        expect(pools.read('p')).toEqual({ a: null, b: written, c: `${written}/lo` })
      },
    )

    it('gives many that ask many servers at once an entry each', { timeout: 60_000 }, async () => {
      pools.write('p', free(300))
      const servers = [pools.open(), pools.open(), pools.open()]
      const asked = Array.from({ length: 400 }, (_, at) => nodeId(`N${at % 250}`))
      const told = await Promise.all(
        asked.map(async (id, at) => {
          const given = await servers[at % 3]?.allocate('p', { nodeId: id })
          return `${given?.key} ${id}`
        }),
      )
      const held = Object.entries(pools.read('p')).filter(([, holder]) => holder !== null)
      expect(new Set(told)).toEqual(new Set(held.map(([key, holder]) => `${key} ${holder}`)))
      expect(held).toHaveLength(250)
    })

    it('refuses who finds nothing free, and serves the others', async () => {
      pools.write('p', { a: null, b: 'N2' })
      const server = pools.open()
      await server.allocate('p', { nodeId: n1 })
      const outcomes = await Promise.allSettled([
        server.allocate('p', { nodeId: n3 }),
        server.allocate('p', { nodeId: n2 }),
      ])
      expect(outcomes).toMatchObject([
        {
          reason: {
            code: 'ZTP_POOL_EXHAUSTED',
            message: expect.stringContaining("no resource free in 'p'"),
          },
        },
        { value: { key: 'b', fresh: false } },
      ])
    })

    it('refuses a pool that is not there, and serves others', async () => {
      pools.write('p', { a: null })
      const server = pools.open()
      const outcomes = await Promise.allSettled([
        server.allocate('q', { nodeId: n1 }),
        server.allocate('p', { nodeId: n1 }),
      ])
      expect(outcomes).toMatchObject([
        { reason: { code: 'ZTP_MISSING_POOL', message: expect.stringContaining('q') } },
        { value: { key: 'a' } },
      ])
    })

    it('takes any label for what it is: text', async () => {
      pools.write('p', free(HOSTILE.length + 1))
      const server = pools.open()
      for (const label of HOSTILE) await server.allocate('p', { nodeId: n1, label })
      for (const label of HOSTILE) {
        expect(await server.allocate('p', { nodeId: n1, label })).toMatchObject({ fresh: false })
      }
      const holders = Object.values(pools.read('p')).filter((holder) => holder !== null)
      expect(new Set(holders)).toEqual(new Set(HOSTILE.map((label) => `N1/${label}`)))
    })
  })

  describe(`${name} as a PoolStore: free and giveBack`, () => {
    it('frees what the holder has, and nothing else', async () => {
      pools.write('p', { a: 'N1', b: 'N2', c: 'N1/lo' })
      const server = pools.open()
      await server.free('p', { nodeId: n1 }, 'a')
      await server.free('p', { nodeId: n1 }, 'b')
      await server.free('p', { nodeId: n1 }, 'c')
      await server.free('p', { nodeId: n1 }, 'zz')
      expect(pools.read('p')).toEqual({ a: null, b: 'N2', c: 'N1/lo' })
    })

    it('gives back what nobody else was told of, for the next one', async () => {
      pools.write('p', { a: null })
      const server = pools.open()
      await server.allocate('p', { nodeId: n1 })
      expect(await server.giveBack('p', { nodeId: n1 }, 'a')).toBe(true)
      expect(pools.read('p')).toEqual({ a: null })
      expect(await server.allocate('p', { nodeId: n2 })).toMatchObject({ key: 'a', fresh: true })
      expect(await server.giveBack('p', { nodeId: n1 }, 'a')).toBe(false)
      expect(pools.read('p')).toEqual({ a: 'N2' })
    })

    it('leaves what a second request was told, by whichever server', async () => {
      pools.write('p', { a: null, b: null })
      const [one, other] = [pools.open(), pools.open()]
      await one.allocate('p', { nodeId: n1 })
      await other.allocate('p', { nodeId: n1 })
      expect(await one.giveBack('p', { nodeId: n1 }, 'a')).toBe(false)
      await Promise.all([one.allocate('p', { nodeId: n2 }), one.allocate('p', { nodeId: n2 })])
      expect(await one.giveBack('p', { nodeId: n2 }, 'b')).toBe(false)
      expect(pools.read('p')).toEqual({ a: 'N1', b: 'N2' })
    })

    it('leaves what was there before us', async () => {
      pools.write('p', { a: 'N1' })
      const server = pools.open()
      await server.allocate('p', { nodeId: n1 })
      expect(await server.giveBack('p', { nodeId: n1 }, 'a')).toBe(false)
      expect(pools.read('p')).toEqual({ a: 'N1' })
    })
  })

  it(`${name} as a PoolStore: confirm changes no holder`, async () => {
    pools.write('p', { a: null, b: null })
    const server = pools.open()
    await server.allocate('p', { nodeId: n1 })
    await server.confirm(n1)
    await server.confirm(n3)
    expect(await server.allocate('p', { nodeId: n1 })).toMatchObject({ key: 'a', fresh: false })
    expect(pools.read('p')).toEqual({ a: 'N1', b: null })
  })
}
