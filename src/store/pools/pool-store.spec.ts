import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { nodeId } from '../../resource/testing/requests.ts'
import { poolBench } from './testing/pools.ts'

const bench = poolBench()
const [n1, n2, n3] = [nodeId('N1'), nodeId('N2'), nodeId('N3')]

/** A pool of that many free entries. */
function pool(size: number): string {
  return Array.from({ length: size }, (_, at) => `10.0.${at >> 8}.${at & 255}/8: null\n`).join('')
}

describe('allocate', () => {
  it('gives the first free entry and writes only that', async () => {
    bench.write('p', '# mgmt\n\na:  N9  # taken\nb:  null  # free\nc: null\n')
    expect(await bench.open().allocate('p', { nodeId: n1 })).toEqual({
      key: 'b',
      value: 'b',
      fresh: true,
    })
    expect(bench.read('p')).toBe('# mgmt\n\na:  N9  # taken\nb:  N1  # free\nc: null\n')
  })

  it('gives the same entry again, to another server and after a restart too', async () => {
    bench.write('p', 'a: null\nb: null\n')
    const first = bench.open()
    await first.allocate('p', { nodeId: n1 })
    await first.close()
    for (const server of [bench.open(), bench.open()]) {
      expect(await server.allocate('p', { nodeId: n1 })).toEqual({
        key: 'a',
        value: 'a',
        fresh: false,
      })
    }
  })

  it('gives each label an entry of its own', async () => {
    bench.write('p', 'a: null\nb: null\n')
    const server = bench.open()
    await server.allocate('p', { nodeId: n1 })
    await server.allocate('p', { nodeId: n1, label: 'lo' })
    expect(bench.read('p')).toBe('a: N1\nb: N1/lo\n')
  })

  it('takes None, which ZTPServer wrote, for free', async () => {
    bench.write('p', 'a: None\n')
    expect(await bench.open().allocate('p', { nodeId: n1 })).toMatchObject({ value: 'a' })
    expect(bench.read('p')).toBe('a: N1\n')
  })

  it('knows a MAC in another writing', async () => {
    bench.write('p', 'a: null\nb: 00:1c:73:aa:bb:cc\n')
    const asked = await bench.open().allocate('p', { nodeId: nodeId('001c73aabbcc') })
    expect(asked).toEqual({ key: 'b', value: 'b', fresh: false })
  })

  it('serves pools in sub-folders and flow maps', async () => {
    bench.write('site/p', '{a: null, b: null}\n')
    await bench.open().allocate('site/p', { nodeId: n1 })
    expect(bench.read('site/p')).toBe('{a: N1, b: null}\n')
  })

  it('gives many that ask at once an entry each', async () => {
    bench.write('p', pool(300))
    const servers = [bench.open(), bench.open()]
    const asked = Array.from({ length: 300 }, (_, at) => nodeId(`N${at % 250}`))
    const values = await Promise.all(
      asked.map(async (id, at) => {
        const { value } = (await servers[at % 2]?.allocate('p', { nodeId: id })) ?? {}
        return `${id} ${value}`
      }),
    )
    expect(new Set(values).size).toBe(250)
    expect(new Set(values.map((each) => each.split(' ')[1])).size).toBe(250)
    expect(bench.read('p').match(/: N\d+$/gm)).toHaveLength(250)
  })

  it('keeps owner, group, mode and a symbolic link, and leaves no temporary file', async () => {
    mkdirSync(join(bench.root(), 'elsewhere'))
    const target = join(bench.root(), 'elsewhere', 'real')
    writeFileSync(target, 'a: null\n')
    chmodSync(target, 0o640)
    if (process.getuid?.() === 0) chownSync(target, 12, 34)
    const before = statSync(target)
    const link = join(bench.root(), 'resources', 'p')
    symlinkSync('../elsewhere/real', link)
    await bench.open().allocate('p', { nodeId: n1 })
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(readlinkSync(link)).toBe('../elsewhere/real')
    const { uid, gid, mode } = statSync(target)
    expect({ uid, gid, mode }).toEqual({ uid: before.uid, gid: before.gid, mode: before.mode })
    expect(bench.read('p')).toBe('a: N1\n')
    expect(readdirSync(join(bench.root(), 'elsewhere'))).toEqual(['real'])
  })

  it('removes what a process left that died while it wrote', async () => {
    bench.write('p', 'a: null\n')
    bench.write('.p.99-dead.ztps-tmp', 'a: N')
    bench.write('.q.99-dead.ztps-tmp', 'of another pool')
    await bench.open().allocate('p', { nodeId: n1 })
    const left = readdirSync(join(bench.root(), 'resources'))
    expect(left.sort()).toEqual(['.q.99-dead.ztps-tmp', 'p'])
  })

  const refused: readonly (readonly [string, string, string, string, RegExp])[] = [
    ['a pool that is not there', 'p', 'q', 'ZTP_MISSING_POOL', /resources\/q$/],
    ['a climb', 'p', '../p', 'ZTP_MISSING_POOL', /names no pool/],
    ['an absolute path', 'p', '/etc/passwd', 'ZTP_MISSING_POOL', /names no pool/],
    ['a NUL', 'p', 'p\0', 'ZTP_MISSING_POOL', /names no pool/],
    ['no name', 'p', '', 'ZTP_MISSING_POOL', /names no pool/],
    ['a folder', 'site/p', 'site', 'ZTP_INVALID_POOL', /is no file/],
  ]
  it.each(refused)('refuses %s', async (_name, file, asked, code, message) => {
    bench.write(file, 'a: null\n')
    const refusal = bench.open().allocate(asked, { nodeId: n1 })
    await expect(refusal).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })

  const broken: readonly (readonly [string, string | Buffer, string, RegExp])[] = [
    ['is not YAML', 'a: [\n', 'ZTP_INVALID_POOL', /resources\/p:\d+:\d+: /],
    ['is a list', '- a\n', 'ZTP_INVALID_POOL', /resources\/p:1:1: a pool is a map/],
    ['is not UTF-8', Buffer.from([0x61, 0x3a, 0x20, 0xff]), 'ZTP_INVALID_POOL', /p:1:4: .*UTF-8/],
    ['is empty', '', 'ZTP_POOL_EXHAUSTED', /no resource free in 'p'/],
    [
      'is exhausted',
      'a: N9\n',
      'ZTP_POOL_EXHAUSTED',
      /no resource free in 'p': none of its 1 entry/,
    ],
  ]
  it.each(broken)(
    'refuses a pool that %s, and serves others',
    async (_name, text, code, message) => {
      writeFileSync(bench.write('p', ''), text)
      bench.write('q', 'b: null\n')
      const server = bench.open()
      const [refusal, served] = await Promise.allSettled([
        server.allocate('p', { nodeId: n1 }),
        server.allocate('q', { nodeId: n1 }),
      ])
      expect(refusal).toMatchObject({
        reason: { code, message: expect.stringMatching(message) },
      })
      expect(served).toMatchObject({ value: { value: 'b' } })
    },
  )
})

describe('a file that is not to be touched', () => {
  it('is refused by its size, before it is read', async () => {
    truncateSync(bench.write('p', 'a: null\n'), 2 ** 30)
    const server = bench.open()
    const before = process.memoryUsage.rss()
    await expect(server.allocate('p', { nodeId: n1 })).rejects.toMatchObject({
      code: 'ZTP_INVALID_POOL',
      message: expect.stringMatching(/resources\/p: it has 1073741824 bytes, .* at most 67108864/),
    })
    expect(process.memoryUsage.rss() - before).toBeLessThan(2 ** 28)
  })

  it('is not made larger than what can be read', async () => {
    const lines = `a: null\n# ${'x'.repeat(2 ** 26 - 11)}\n`
    const path = bench.write('p', lines)
    const server = bench.open()
    await expect(server.allocate('p', { nodeId: nodeId('NODE1') })).rejects.toMatchObject({
      code: 'ZTP_INVALID_POOL',
      message: expect.stringContaining('it would have more bytes, and a pool has at most'),
    })
    expect(statSync(path).size).toBe(lines.length)
    expect(readdirSync(join(bench.root(), 'resources'))).toEqual(['p'])
  })

  it('is read-only by its mode, whoever the server is', async () => {
    chmodSync(bench.write('p', 'a: N1\nb: null\n'), 0o440)
    const server = bench.open()
    await expect(server.allocate('p', { nodeId: n2 })).rejects.toMatchObject({
      code: 'ZTP_STORE_FAILED',
      message: expect.stringMatching(/cannot write .*p: it is read-only \(mode 0440\): chmod u\+w/),
    })
    expect(await server.allocate('p', { nodeId: n1 })).toMatchObject({ value: 'a' })
    chmodSync(join(bench.root(), 'resources', 'p'), 0o640)
    expect(await server.allocate('p', { nodeId: n2 })).toMatchObject({ value: 'b' })
  })

  it('is a note or a back-up beside the pools', async () => {
    for (const name of ['README', 'notes.md', 'p~', 'p.bak', '.p.swp']) {
      bench.write(name, 'a: N1\n')
    }
    bench.write('p', 'a: N1\n')
    const server = bench.open()
    expect(await server.admin.pools()).toEqual(['p'])
    expect(await server.clearAll()).toEqual({ pools: 1, entries: 1 })
    expect(bench.read('p~')).toBe('a: N1\n')
  })

  it('may have two names by links to folders, which may lead in circles', async () => {
    bench.write('site/p', 'a: N1\n')
    symlinkSync('site', join(bench.root(), 'resources', 'other'))
    symlinkSync('..', join(bench.root(), 'resources', 'site', 'up'))
    const { admin } = bench.open()
    expect(await admin.pools()).toEqual(['other/p', 'site/p'])
    const freed = await admin.freeNode(n1, { dryRun: true })
    expect(freed).toEqual([{ pool: 'other/p', key: 'a', from: 'N1', to: null }])
  })
})

it('what is no pool is read again once it has changed', async () => {
  bench.write('p', '- a\n')
  const server = bench.open()
  for (const text of ['- a\n', '- b\n', 'a: [\n']) {
    bench.write('p', text)
    for (const id of [n1, n2]) {
      await expect(server.allocate('p', { nodeId: id })).rejects.toMatchObject({
        code: 'ZTP_INVALID_POOL',
      })
    }
  }
  bench.write('p', 'a: null\n')
  expect(await server.allocate('p', { nodeId: n1 })).toMatchObject({ value: 'a' })
})

describe('a range', () => {
  it('is expanded into lines of its own, and all else stays', async () => {
    bench.write('p', "# mgmt\n'x':  N9\n10.0.0.8-10.0.0.11/24:  ~  # rack 7\n\n10.0.0.9/24: N8")
    const server = bench.open()
    expect(await server.allocate('p', { nodeId: n1 })).toMatchObject({ value: '10.0.0.8/24' })
    expect(await bench.open().allocate('p', { nodeId: n2 })).toMatchObject({
      value: '10.0.0.10/24',
    })
    expect(bench.read('p')).toBe(
      "# mgmt\n'x':  N9\n# rack 7\n10.0.0.8/24:  N1\n10.0.0.10/24:  N2\n10.0.0.11/24:  ~\n\n10.0.0.9/24: N8",
    )
    await server.free('p', { nodeId: n1 }, '10.0.0.8/24')
    expect(await server.allocate('p', { nodeId: n3 })).toMatchObject({ value: '10.0.0.8/24' })
  })

  it('gives many that ask at once an entry each, and then is exhausted', async () => {
    bench.write('p', 'leaf[001-120]: null\n')
    const servers = [bench.open(), bench.open()]
    const asked = Array.from({ length: 130 }, (_, at) =>
      servers[at % 2]?.allocate('p', { nodeId: nodeId(`N${at}`) }),
    )
    const settled = await Promise.allSettled(asked)
    const values = settled.flatMap((each) =>
      each.status === 'fulfilled' ? [each.value?.value] : [],
    )
    expect([values.length, new Set(values).size]).toEqual([120, 120])
    expect(settled.find((each) => each.status === 'rejected')).toMatchObject({
      reason: { message: expect.stringContaining('none of its 120 entries is left') },
    })
  })

  it('that is backwards is refused at its place; those who hold an entry are served', async () => {
    bench.write('p', 'a: N1\nleaf[9-1]: null\nb: null\n')
    const server = bench.open()
    const [refused, served] = await Promise.allSettled([
      server.allocate('p', { nodeId: n2 }),
      server.allocate('p', { nodeId: n1 }),
    ])
    expect(refused).toMatchObject({
      reason: {
        code: 'ZTP_INVALID_POOL',
        message: expect.stringMatching(/resources\/p:2:1: leaf\[9-1\] goes backwards: write/),
      },
    })
    expect(served).toMatchObject({ value: { value: 'a' } })
    expect(bench.read('p')).toBe('a: N1\nleaf[9-1]: null\nb: null\n')
  })
})

describe('free and giveBack', () => {
  it('frees an entry that the holder has, and no other', async () => {
    bench.write('p', 'a: N1\nb: N2\n')
    const server = bench.open()
    await server.free('p', { nodeId: n1 }, 'a')
    await server.free('p', { nodeId: n1 }, 'b')
    await server.free('p', { nodeId: n1 }, 'zz')
    expect(bench.read('p')).toBe('a: null\nb: N2\n')
    expect(bench.warnings).toEqual([])
  })

  it('gives back what nobody else was told of', async () => {
    bench.write('p', 'a: null\n')
    const server = bench.open()
    await server.allocate('p', { nodeId: n1 })
    await server.giveBack('p', { nodeId: n1 }, 'a')
    expect(bench.read('p')).toBe('a: null\n')
    expect(await server.allocate('p', { nodeId: n2 })).toEqual({
      key: 'a',
      value: 'a',
      fresh: true,
    })
  })

  it('leaves what a second request of the node was answered, on another server even', async () => {
    bench.write('p', 'a: null\n')
    const [one, other] = [bench.open(), bench.open()]
    await one.allocate('p', { nodeId: n1 })
    await other.allocate('p', { nodeId: n1 })
    await one.giveBack('p', { nodeId: n1 }, 'a')
    expect(bench.read('p')).toBe('a: N1\n')
  })
})

describe('clearAll', () => {
  it('frees everything everywhere, keeps comments, and counts', async () => {
    bench.write('p', '# one\na: N1 # x\nb: null\n')
    bench.write('site/q', 'c: N2\nd: N3\nx[1-9]: N2\ny[1-9]: null\n')
    bench.write('broken', '- x\n')
    const server = bench.open()
    await server.allocate('p', { nodeId: n2 })
    expect(await server.clearAll()).toEqual({ pools: 2, entries: 5 })
    expect(bench.read('p')).toBe('# one\na: null # x\nb: null\n')
    expect(bench.read('site/q')).toBe('c: null\nd: null\nx[1-9]: null\ny[1-9]: null\n')
    expect(bench.warnings).toEqual([expect.stringContaining("'broken' is not cleared")])
    expect(await server.allocate('p', { nodeId: n3 })).toEqual({
      key: 'a',
      value: 'a',
      fresh: true,
    })
  })
})

describe('the lock and the ledger', () => {
  const state = (name: string) => join(bench.root(), '.ztps', name)

  it.each(['pools.lock', 'pools.db'])('%s may be removed under running servers', async (name) => {
    bench.write('p', pool(40))
    const servers = [bench.open(), bench.open()]
    const values: string[] = []
    for (let at = 0; at < 20; at += 1) {
      const server = servers[at % 2]
      const { value } = (await server?.allocate('p', { nodeId: nodeId(`N${at}`) })) ?? {}
      values.push(String(value))
      if (at % 7 === 0) rmSync(state(name))
    }
    expect(new Set(values).size).toBe(20)
    expect(bench.read('p').match(/: N\d+$/gm)).toHaveLength(20)
  })

  it.each(['pools.lock', 'pools.db'])('%s may be garbage', async (name) => {
    bench.write('p', 'a: null\nb: null\n')
    mkdirSync(join(bench.root(), '.ztps'))
    writeFileSync(state(name), 'garbage '.repeat(1000))
    const server = bench.open()
    expect(await server.allocate('p', { nodeId: n1 })).toMatchObject({ value: 'a' })
    expect(await server.allocate('p', { nodeId: n2 })).toMatchObject({ value: 'b' })
    expect(bench.warnings.some((each) => each.includes('pools.db'))).toBe(name === 'pools.db')
  })

  it('are readable for owner and group only', async () => {
    bench.write('p', 'a: null\n')
    await bench.open().allocate('p', { nodeId: n1 })
    for (const name of readdirSync(join(bench.root(), '.ztps'))) {
      expect([name, statSync(state(name)).mode & 0o007]).toEqual([name, 0])
    }
  })
})
