import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import { describe, expect, it } from 'vitest'
import { nodeId } from '../../resource/testing/requests.ts'
import { poolBench } from './testing/pools.ts'

const bench = poolBench()
const [n1, n2, n3] = [nodeId('N1'), nodeId('N2'), nodeId('N3')]
const DO = { dryRun: false }
const DRY = { dryRun: true }
const HOUR = 3_600_000

/** As most editors save: a new file in the old one's place. */
function save(pool: string, text: string): void {
  const path = bench.write(`.edited-${pool}`, text)
  renameSync(path, path.replace('.edited-', ''))
}

describe('contents', () => {
  it('tells who has what, how far, and since when', async () => {
    bench.write('p', 'a: N9\nb: null\nc: null\nd: null\n')
    const server = bench.open()
    const first = bench.now
    await server.allocate('p', { nodeId: n1 })
    await server.allocate('p', { nodeId: n2, label: 'lo' })
    await server.confirm(n1)
    bench.now += HOUR
    await server.allocate('p', { nodeId: n1 })
    expect(await bench.open().admin.contents('p')).toEqual({
      kind: 'file',
      name: 'p',
      entries: [
        { key: 'a', size: 1, state: 'held', holder: 'N9' },
        { key: 'b', size: 1, state: 'in use', holder: 'N1', since: first },
        { key: 'c', size: 1, state: 'reserved', holder: 'N2/lo', since: first },
        { key: 'd', size: 1, state: 'free', holder: null },
      ],
      warnings: [],
    })
  })

  it('knows no time for a holder that came by an edit and asked since', async () => {
    bench.write('p', 'a: N1\n')
    const server = bench.open()
    await server.allocate('p', { nodeId: n1 })
    const { entries } = await server.admin.contents('p')
    expect(entries).toEqual([{ key: 'a', size: 1, state: 'reserved', holder: 'N1' }])
  })

  it('does not take the row of a former holder', async () => {
    bench.write('p', 'a: null\n')
    const server = bench.open()
    await server.allocate('p', { nodeId: n1 })
    save('p', 'a: N2\n')
    const { entries } = await server.admin.contents('p')
    expect(entries).toEqual([{ key: 'a', size: 1, state: 'held', holder: 'N2' }])
  })

  it('warns of keys that stand there twice and of holders that are no ids', async () => {
    bench.write('p', 'a: null\na: null\nb: set aside\n')
    expect((await bench.open().admin.contents('p')).warnings).toEqual([
      expect.stringMatching(/resources\/p:2:1: the key "a" is already on line 1/),
      expect.stringMatching(/resources\/p:3:\d+: b is held by "set aside"/),
    ])
  })

  it('shows what an old copy would free as it will be served, and writes nothing', async () => {
    bench.write('p', 'a: null\n')
    const server = bench.open()
    await server.allocate('p', { nodeId: n1 })
    save('p', 'a: null\n')
    const looker = bench.open()
    expect((await looker.admin.contents('p')).entries).toMatchObject([
      { key: 'a', state: 'reserved', holder: 'N1', since: bench.now },
    ])
    expect(bench.read('p')).toBe('a: null\n')
    await expect(looker.allocate('p', { nodeId: n2 })).rejects.toMatchObject({
      code: 'ZTP_POOL_EXHAUSTED',
    })
    expect(bench.read('p')).toBe('a: N1\n')
  })

  it('counts of a free range what is not elsewhere in the pool, to the last one', async () => {
    bench.write(
      'p',
      '10.0.0.3/24: N9\n10.0.0.1-10.0.0.9/24: null\n10.0.0.8-10.0.0.20/24: null\n' +
        '10.0.0.20-10.0.0.25/24: printers\nleaf[01-64]:\nx[9-1]:\n',
    )
    const { entries, warnings } = await bench.open().admin.contents('p')
    expect(entries.map(({ key, size, state }) => [key, size, state])).toEqual([
      ['10.0.0.3/24', 1, 'held'],
      ['10.0.0.1-10.0.0.9/24', 8, 'free'],
      ['10.0.0.8-10.0.0.20/24', 10, 'free'],
      ['10.0.0.20-10.0.0.25/24', 1, 'held'],
      ['leaf[01-64]', 64, 'free'],
      ['x[9-1]', 1, 'free'],
    ])
    expect(warnings).toEqual([expect.stringContaining(':6:1: x[9-1] goes backwards: write x[1-9]')])
  })

  it('refuses a pool that is not there', async () => {
    await expect(bench.open().admin.contents('p')).rejects.toMatchObject({
      code: 'ZTP_MISSING_POOL',
    })
  })
})

it('pools lists them all, sub-folders included, and none without the folder', async () => {
  for (const name of ['q', 'site/p', 'p', '.hidden']) bench.write(name, '')
  const { admin } = bench.open()
  expect(await admin.pools()).toEqual(['p', 'q', 'site/p'])
  rmSync(join(bench.root(), 'resources'), { recursive: true })
  expect(await admin.pools()).toEqual([])
})

describe('add', () => {
  it('appends what is new, and tells what was there just so', async () => {
    bench.write('p', '# mgmt\na: null # x\nb: N2')
    const { admin } = bench.open()
    const entries = [
      { key: 'c', holder: null },
      { key: 'a', holder: null },
      { key: 'b', holder: 'N2' },
      { key: 'd', holder: 'N1/lo', state: 'in use' as const, since: 77 },
      { key: 'c', holder: null },
    ]
    const expected = { added: ['c', 'd'], present: ['a', 'b', 'c'], conflicts: [], created: false }
    expect(await admin.add('p', entries, DRY)).toEqual(expected)
    expect(bench.read('p')).toBe('# mgmt\na: null # x\nb: N2')
    expect(await admin.add('p', entries, DO)).toEqual(expected)
    expect(bench.read('p')).toBe('# mgmt\na: null # x\nb: N2\nc: null\nd: N1/lo\n')
    expect((await admin.contents('p')).entries.slice(2)).toEqual([
      { key: 'c', size: 1, state: 'free', holder: null },
      { key: 'd', size: 1, state: 'in use', holder: 'N1/lo', since: 77 },
    ])
  })

  it('takes ranges as they are, and expands them when they are wanted', async () => {
    const server = bench.open()
    await server.admin.add('p', [{ key: 'leaf[08-10]', holder: null }], DO)
    expect(bench.read('p')).toBe('leaf[08-10]: null\n')
    expect(await server.allocate('p', { nodeId: n1 })).toMatchObject({ value: 'leaf08' })
  })

  it('adds nothing when another holder has one of them', async () => {
    bench.write('p', 'a: N1\nb: null\n')
    const entries = [
      { key: 'c', holder: null },
      { key: 'a', holder: null },
      { key: 'b', holder: 'N2' },
      { key: 'd', holder: 'N1' },
      { key: 'd', holder: 'N2' },
    ]
    expect(await bench.open().admin.add('p', entries, DO)).toEqual({
      added: [],
      present: [],
      conflicts: [
        { key: 'a', holder: 'N1' },
        { key: 'b', holder: null },
        { key: 'd', holder: 'N1' },
      ],
      created: false,
    })
    expect(bench.read('p')).toBe('a: N1\nb: null\n')
  })

  it('gives what is free its holder when it is told to fill', async () => {
    bench.write('p', 'a: null # x\nb: N2\nc: null\n')
    const { admin } = bench.open()
    const since = bench.now - HOUR
    const entries = [
      { key: 'a', holder: 'N1', state: 'in use' as const, since },
      { key: 'b', holder: 'N2' },
      { key: 'c', holder: 'set aside', state: 'held' as const },
      { key: 'd', holder: null },
    ]
    const expected = { added: ['d', 'a', 'c'], present: ['b'], conflicts: [], created: false }
    expect(await admin.add('p', entries, { ...DRY, fill: true })).toEqual(expected)
    expect(bench.read('p')).toBe('a: null # x\nb: N2\nc: null\n')
    expect(await admin.add('p', entries, { ...DO, fill: true })).toEqual(expected)
    expect(bench.read('p')).toBe('a: N1 # x\nb: N2\nc: set aside\nd: null\n')
    expect((await admin.contents('p')).entries).toEqual([
      { key: 'a', size: 1, state: 'in use', holder: 'N1', since },
      { key: 'b', size: 1, state: 'held', holder: 'N2' },
      { key: 'c', size: 1, state: 'held', holder: 'set aside' },
      { key: 'd', size: 1, state: 'free', holder: null },
    ])
    const again = { added: [], present: ['a', 'b', 'c', 'd'], conflicts: [], created: false }
    expect(await admin.add('p', entries, { ...DO, fill: true })).toEqual(again)
  })

  it('fills nothing when another holder has one of them', async () => {
    bench.write('p', 'a: null\nb: N2\n')
    const entries = [
      { key: 'a', holder: 'N1' },
      { key: 'b', holder: 'N1' },
    ]
    const { conflicts } = await bench.open().admin.add('p', entries, { ...DO, fill: true })
    expect(conflicts).toEqual([{ key: 'b', holder: 'N2' }])
    expect(bench.read('p')).toBe('a: null\nb: N2\n')
  })

  it('gives an entry of a range its holder', async () => {
    bench.write('p', '10.0.0.1-10.0.0.9/24: null\n')
    const { admin } = bench.open()
    const entries = [{ key: '10.0.0.5/24', holder: 'N1' }]
    const { added } = await admin.add('p', entries, { ...DO, fill: true })
    expect(added).toEqual(['10.0.0.5/24'])
    const all = (await admin.contents('p')).entries
    expect(all.filter((each) => each.holder !== null)).toMatchObject([
      { key: '10.0.0.5/24', holder: 'N1', state: 'reserved' },
    ])
    expect(all.reduce((sum, each) => sum + each.size, 0)).toBe(9)
  })

  it('makes a pool and its folders, with the group and modes of the data directory', async () => {
    chmodSync(join(bench.root(), 'resources'), 0o770)
    const { admin } = bench.open()
    const entries = [{ key: 'a', holder: null }]
    const expected = { added: ['a'], present: [], conflicts: [], created: true }
    expect(await admin.add('site/p', entries, DRY)).toEqual(expected)
    expect(existsSync(join(bench.root(), 'resources', 'site'))).toBe(false)
    expect(await admin.add('site/p', entries, DO)).toEqual(expected)
    const folder = join(bench.root(), 'resources', 'site')
    const gid = statSync(join(bench.root(), 'resources')).gid
    const modes = [folder, join(folder, 'p')].map((path) => {
      const found = statSync(path)
      return [found.mode & 0o007, found.mode & 0o600, found.gid]
    })
    expect(modes).toEqual([
      [0, 0o600, gid],
      [0, 0o600, gid],
    ])
    expect(readdirSync(folder)).toEqual(['p'])
    expect(await bench.open().allocate('site/p', { nodeId: n1 })).toMatchObject({ value: 'a' })
  })

  it.each(['../p', '/p', 'p\0', '.p', 'site/.p', ''])('makes no pool called %j', async (name) => {
    const entries = [{ key: 'a', holder: null }]
    await expect(bench.open().admin.add(name, entries, DO)).rejects.toMatchObject({
      code: 'ZTP_MISSING_POOL',
      message: expect.stringContaining('can name no pool'),
    })
  })

  it('is seen by a server that has the pool in memory', async () => {
    bench.write('p', 'a: null\n')
    const server = bench.open()
    await server.allocate('p', { nodeId: n1 })
    await bench.open().admin.add('p', [{ key: 'b', holder: null }], DO)
    expect(await server.allocate('p', { nodeId: n2 })).toMatchObject({ value: 'b' })
  })

  it('protects a reserved entry that it wrote from an old copy', async () => {
    bench.write('p', 'a: null\n')
    const { admin } = bench.open()
    await admin.add('p', [{ key: 'b', holder: 'N1' }], DO)
    save('p', 'b: null\n')
    expect((await admin.contents('p')).entries).toMatchObject([{ key: 'b', holder: 'N1' }])
  })

  it('refuses a flow map, with the reason', async () => {
    bench.write('p', '{a: null}\n')
    await expect(
      bench.open().admin.add('p', [{ key: 'b', holder: null }], DO),
    ).rejects.toMatchObject({
      code: 'ZTP_INVALID_POOL',
      message: expect.stringMatching(/resources\/p: .*flow map/),
    })
    expect(bench.read('p')).toBe('{a: null}\n')
  })
})

describe('free', () => {
  it('frees by key, leaves out what is free or not there, and only tells in a dry run', async () => {
    bench.write('p', 'a: N1 # x\nb: null\nc: N2/lo\n')
    const { admin } = bench.open()
    const expected = [
      { pool: 'p', key: 'c', from: 'N2/lo', to: null },
      { pool: 'p', key: 'a', from: 'N1', to: null },
    ]
    expect(await admin.free('p', ['c', 'a', 'b', 'zz', 'a'], DRY)).toEqual(expected)
    expect(bench.read('p')).toBe('a: N1 # x\nb: null\nc: N2/lo\n')
    expect(await admin.free('p', ['c', 'a', 'b', 'zz', 'a'], DO)).toEqual(expected)
    expect(bench.read('p')).toBe('a: null # x\nb: null\nc: null\n')
    expect(await admin.free('p', ['c', 'a'], DO)).toEqual([])
  })

  it('is not undone by the protection from old copies', async () => {
    bench.write('p', 'a: null\n')
    const server = bench.open()
    await server.allocate('p', { nodeId: n1 })
    const other = bench.open()
    await other.admin.free('p', ['a'], DO)
    save('p', '# touched\na: null\n')
    expect(await server.allocate('p', { nodeId: n2 })).toMatchObject({ value: 'a' })
    expect(bench.warnings).toEqual([])
  })

  it('counts for an entry whose line is missing just now, too', async () => {
    bench.write('p', 'a: null\nb: null\n')
    const server = bench.open()
    await server.allocate('p', { nodeId: n1 })
    await server.allocate('p', { nodeId: n2 })
    save('p', 'c: null\n')
    expect(await server.admin.free('p', ['a'], DO)).toEqual([])
    expect(await server.admin.freeNode(n2, DO)).toEqual([])
    save('p', 'a: null\nb: null\n')
    expect(await server.allocate('p', { nodeId: n3 })).toMatchObject({ value: 'a' })
    expect(await server.allocate('p', { nodeId: nodeId('N4') })).toMatchObject({ value: 'b' })
  })

  it('is followed at once by a server that has just answered the holder', async () => {
    bench.write('p', 'a: null\nb: null\n')
    const server = bench.open()
    await server.allocate('p', { nodeId: n1 })
    await server.allocate('p', { nodeId: n1 })
    await bench.open().admin.free('p', ['a'], DO)
    expect(await server.allocate('p', { nodeId: n2 })).toMatchObject({ value: 'a' })
    expect(await server.allocate('p', { nodeId: n1 })).toMatchObject({ value: 'b', fresh: true })
  })
})

describe('freeNode', () => {
  it('frees all of a node in every pool, labels and other writings of a MAC included', async () => {
    bench.write('p', 'a: 00:1c:73:aa:bb:cc\nb: N1\nc: 001c73aabbcc/lo\n')
    bench.write('site/q', 'd: 001C73AABBCC\n')
    bench.write('r', 'e: 001c73aabbcc-2\n')
    const { admin } = bench.open()
    const node = nodeId('001c73aabbcc')
    const expected = [
      { pool: 'p', key: 'a', from: '00:1c:73:aa:bb:cc', to: null },
      { pool: 'p', key: 'c', from: '001c73aabbcc/lo', to: null },
      { pool: 'site/q', key: 'd', from: '001C73AABBCC', to: null },
    ]
    expect(await admin.freeNode(node, DRY)).toEqual(expected)
    expect(await admin.freeNode(node, DO)).toEqual(expected)
    expect([bench.read('p'), bench.read('site/q'), bench.read('r')]).toEqual([
      'a: null\nb: N1\nc: null\n',
      'd: null\n',
      'e: 001c73aabbcc-2\n',
    ])
  })

  it('passes over a file that is no pool, unless it mentions the node', async () => {
    bench.write('p', 'a: N1\n')
    bench.write('notes', '- ask Tom\n')
    const { admin } = bench.open()
    expect(await admin.freeNode(n1, DRY)).toHaveLength(1)
    bench.write('notes', '- a: N1\n')
    await expect(admin.freeNode(n1, DO)).rejects.toMatchObject({
      code: 'ZTP_INVALID_POOL',
      message: expect.stringContaining('resources/notes:1:1'),
    })
    expect(bench.read('p')).toBe('a: N1\n')
  })
})

describe('reassign', () => {
  it('hands all of a node to another, who has it reserved from then on', async () => {
    bench.write('p', 'a: null\nb: null\n')
    bench.write('q', 'c: N1\n')
    const server = bench.open()
    await server.allocate('p', { nodeId: n1 })
    await server.allocate('p', { nodeId: n1, label: 'lo' })
    await server.confirm(n1)
    bench.now += 2 * HOUR
    const expected = [
      { pool: 'p', key: 'a', from: 'N1', to: 'N3' },
      { pool: 'p', key: 'b', from: 'N1/lo', to: 'N3/lo' },
      { pool: 'q', key: 'c', from: 'N1', to: 'N3' },
    ]
    const { admin } = bench.open()
    expect(await admin.reassign(n1, n3, DRY)).toEqual(expected)
    expect(await admin.reassign(n1, n3, DO)).toEqual(expected)
    expect([bench.read('p'), bench.read('q')]).toEqual(['a: N3\nb: N3/lo\n', 'c: N3\n'])
    expect((await admin.contents('p')).entries[0]).toEqual({
      key: 'a',
      size: 1,
      state: 'reserved',
      holder: 'N3',
      since: bench.now,
    })
    expect(await server.allocate('p', { nodeId: n3 })).toMatchObject({ value: 'a', fresh: false })
    await expect(server.allocate('q', { nodeId: n1 })).rejects.toMatchObject({
      code: 'ZTP_POOL_EXHAUSTED',
    })
  })

  it('changes nothing when the other has such an entry already', async () => {
    bench.write('p', 'a: N1\n')
    bench.write('q', 'b: N1/lo\nc: N2/lo\n')
    const { admin } = bench.open()
    for (const options of [DRY, DO]) {
      await expect(admin.reassign(n1, n2, options)).rejects.toMatchObject({
        code: 'ZTP_DUPLICATE_HOLDER',
        message: expect.stringMatching(/^N2\/lo holds c of the pool 'q' already/),
      })
    }
    expect([bench.read('p'), bench.read('q')]).toEqual(['a: N1\n', 'b: N1/lo\nc: N2/lo\n'])
  })

  it('to the same node is nothing', async () => {
    bench.write('p', 'a: N1\n')
    expect(await bench.open().admin.reassign(n1, n1, DO)).toEqual([])
  })
})

it('a ledger without times of allocation is taken over with all that it has', async () => {
  const file = bench.write('p', 'a: N1\nb: N2\n')
  mkdirSync(join(bench.root(), '.ztps'))
  const path = join(bench.root(), '.ztps', 'pools.db')
  const old = new Database(path)
  old.exec(`
    CREATE TABLE pool (name TEXT PRIMARY KEY, token TEXT NOT NULL, stamp TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE entry (
      pool TEXT NOT NULL, key TEXT NOT NULL, holder TEXT NOT NULL, node TEXT NOT NULL,
      answered_at INTEGER NOT NULL, repeated INTEGER NOT NULL, state TEXT NOT NULL,
      PRIMARY KEY (pool, key)
    ) WITHOUT ROWID;
    INSERT INTO entry VALUES ('${file}', 'a', 'N1', 'N1', 1000, 0, 'reserved');
    INSERT INTO entry VALUES ('${file}', 'b', 'N2', 'N2', 2000, 1, 'in use');
  `)
  old.close()
  for (const server of [bench.open(), bench.open()]) {
    const { entries } = await server.admin.contents('p')
    expect(entries).toEqual([
      { key: 'a', size: 1, state: 'reserved', holder: 'N1', since: 1000 },
      { key: 'b', size: 1, state: 'in use', holder: 'N2' },
    ])
  }
  expect(bench.warnings).toEqual([])
})
