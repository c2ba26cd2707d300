import {
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../../kernel/logger.ts'
import { nodeId } from '../../resource/testing/requests.ts'
import { createEngine } from './engine.ts'
import { createFilePools } from './pool-store.ts'
import { poolBench } from './testing/pools.ts'

const bench = poolBench()
const [n1, n2, n3] = [nodeId('N1'), nodeId('N2'), nodeId('N3')]
const FREE = 'a: null\nb: null\nc: null\n'
const path = (name: string) => join(bench.root(), 'resources', name)

/** What the nodes are told, one after the other. */
async function told(
  server: ReturnType<typeof bench.open>,
  pool: string,
  ...nodes: readonly ReturnType<typeof nodeId>[]
): Promise<readonly unknown[]> {
  const values: unknown[] = []
  for (const each of nodes) values.push((await server.allocate(pool, { nodeId: each })).value)
  return values
}

describe('one pool under two names', () => {
  it('is one pool, for requests at the same time too', async () => {
    bench.write('p', FREE)
    symlinkSync('p', path('alias'))
    const server = bench.open()
    const asked = [
      server.allocate('p', { nodeId: n1 }),
      server.allocate('alias', { nodeId: n1 }),
      server.allocate('alias', { nodeId: n2 }),
      bench.open().allocate('p', { nodeId: n3 }),
    ]
    const [one, same, ...others] = (await Promise.all(asked)).map(({ value }) => value)
    expect(same).toBe(one)
    expect(new Set([one, ...others])).toEqual(new Set(['a', 'b', 'c']))
    await server.free('alias', { nodeId: n1 }, String(one))
    expect(await told(server, 'p', n2, n1)).toEqual([others[0], one])
  })
})

describe('a pool that goes and comes', () => {
  it('under another name has the same holders', async () => {
    bench.write('p', FREE)
    const server = bench.open()
    expect(await told(server, 'p', n1, n2)).toEqual(['a', 'b'])
    renameSync(path('p'), path('q'))
    await expect(server.allocate('p', { nodeId: n1 })).rejects.toMatchObject({
      code: 'ZTP_MISSING_POOL',
    })
    expect(await told(server, 'q', n1, n3)).toEqual(['a', 'c'])
    renameSync(path('q'), path('p'))
    expect(await told(bench.open(), 'p', n3, n2, n1)).toEqual(['c', 'b', 'a'])
  })

  it('behind a link is read anew when the link leads elsewhere', async () => {
    mkdirSync(join(bench.root(), 'one'))
    mkdirSync(join(bench.root(), 'two'))
    writeFileSync(join(bench.root(), 'one/p'), FREE)
    writeFileSync(join(bench.root(), 'two/p'), 'a: N3\nb: null\n')
    symlinkSync('../one/p', path('p'))
    const server = bench.open()
    expect(await told(server, 'p', n1)).toEqual(['a'])
    symlinkSync('../two/p', path('next'))
    renameSync(path('next'), path('p'))
    expect(await told(server, 'p', n3, n2)).toEqual(['a', 'b'])
    await expect(server.allocate('p', { nodeId: n1 })).rejects.toMatchObject({
      code: 'ZTP_POOL_EXHAUSTED',
    })
  })

  it('as a folder is refused, and keeps its holders', async () => {
    bench.write('p', FREE)
    const server = bench.open()
    await told(server, 'p', n1)
    renameSync(path('p'), path('aside'))
    mkdirSync(path('p'))
    await expect(server.allocate('p', { nodeId: n1 })).rejects.toMatchObject({
      code: 'ZTP_INVALID_POOL',
    })
    rmSync(path('p'), { recursive: true })
    renameSync(path('aside'), path('p'))
    expect(await told(server, 'p', n2, n1)).toEqual(['b', 'a'])
  })
})

describe('the state folder', () => {
  it.each(['pools.db', 'pools.lock', '.'])(
    'may lose %s: who has an entry keeps it',
    async (lost) => {
      bench.write('p', FREE)
      const [one, other] = [bench.open(), bench.open()]
      expect(await told(one, 'p', n1)).toEqual(['a'])
      rmSync(join(bench.root(), '.ztps', lost), { recursive: true })
      expect(await told(other, 'p', n2, n1)).toEqual(['b', 'a'])
      expect(await told(one, 'p', n3, n2, n1)).toEqual(['c', 'b', 'a'])
      // And is protected again once it was told again.
      bench.write('p', FREE)
      await expect(told(bench.open(), 'p', nodeId('N4'))).rejects.toMatchObject({
        code: 'ZTP_POOL_EXHAUSTED',
      })
      expect(bench.read('p')).toBe('a: N1\nb: N2\nc: N3\n')
    },
  )

  it('may be on another device', async () => {
    const state = mkdtempSync('/dev/shm/ztps-state-')
    expect(statSync(state).dev).not.toBe(statSync(bench.root()).dev)
    bench.write('p', FREE)
    const paths = { resources: join(bench.root(), 'resources'), state }
    const pools = createFilePools(paths, { logger: silentLogger, clock: { now: () => bench.now } })
    try {
      expect(await told(pools, 'p', n1, n2, n1)).toEqual(['a', 'b', 'a'])
    } finally {
      await pools.close()
      rmSync(state, { recursive: true })
    }
  })
})

describe('a clock that is wrong', () => {
  const now = Date.now
  afterEach(() => {
    Date.now = now
  })

  it.each([
    ['behind by half a minute', -30_000],
    ['behind by an hour', -3_600_000],
    ['ahead by an hour', 3_600_000],
  ])('%s serves all the same, and sees what an editor saves', (_name, offset) => {
    bench.write('p', FREE)
    const paths = { resources: join(bench.root(), 'resources'), state: bench.root() }
    const ask = (holder: string) => {
      const engine = createEngine(paths)
      const requests = [{ kind: 'allocate', pool: 'p', holder }] as const
      const [outcome] = engine.run({ now: Date.now(), requests }).outcomes
      engine.close()
      return outcome
    }
    expect(ask('N1')).toMatchObject({ value: 'a' })
    Date.now = () => now() + offset
    expect(ask('N2')).toMatchObject({ value: 'b' })
    bench.write('p', FREE)
    expect(ask('N3')).toMatchObject({ value: 'c' })
    expect(bench.read('p')).toBe('a: N1\nb: N2\nc: N3\n')
    Date.now = now
    bench.write('p', `${FREE}d: null\n`)
    expect(ask('N4')).toMatchObject({ value: 'd' })
    expect(bench.read('p')).toBe('a: N1\nb: N2\nc: N3\nd: N4\n')
  })
})
