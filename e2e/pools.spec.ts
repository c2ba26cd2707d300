import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DatabaseServer, startPostgres } from '../src/store/sql/testing/database-servers.ts'
import { type DataRoot, makeDataRoot, writeFiles } from './support/data-root.ts'
import { FABRIC, leafReport, postNode } from './support/fabric.ts'
import { type Finished, runZtps, startServer, type TestServer } from './support/server.ts'

/** A pool as operators name it, and the plugin that takes from it. */
const PLACES: readonly (readonly [string, string])[] = [
  ['mgmt', 'allocate'],
  ['sqlite:mgmt', 'sqlite'],
  ['postgres:mgmt', 'postgres'],
]

let postgres: DatabaseServer
let data: DataRoot
let server: TestServer
let input: string

/** A definition that takes an address by the plugin. */
function definition(plugin: string): string {
  return String(FABRIC['definitions/leaf']).replace('allocate', plugin)
}

async function serve(plugin: string): Promise<void> {
  const { 'resources/mgmt': _, ...fabric } = FABRIC
  data = await makeDataRoot({ ...fabric, 'definitions/leaf': definition(plugin) })
  const url = plugin === 'postgres' ? postgres.createDatabase().url : ''
  server = await startServer({ dataRoot: data.path, settings: { postgres: { url } } })
}

beforeAll(async () => {
  postgres = await startPostgres()
})

afterAll(() => postgres.remove())

afterEach(async () => {
  await server.stop()
  await data.remove()
})

beforeEach(() => {
  input = ''
})

/** Runs `ztps pools LINE` on the server's configuration, beside it. */
function pools(line: string): Promise<Finished> {
  const conf = join(dirname(data.path), `ztpserver-${server.port}.conf`)
  return runZtps(['-c', conf, 'pools', ...line.split(' ')], { input })
}

/** The same, which must succeed. @returns what it says */
async function done(line: string): Promise<string> {
  const { status, stdout, stderr } = await pools(line)
  expect([line, status, stderr]).toEqual([line, 0, ''])
  return stdout
}

async function address(id: string): Promise<string> {
  const posted = await postNode(server.url, leafReport(id))
  expect([201, 409]).toContain(posted.status)
  const response = await fetch(`${server.url}/nodes/${id}`)
  expect([id, response.status]).toEqual([id, 200])
  return JSON.parse(await response.text()).actions[0].attributes.variables.ip
}

type Entry = { readonly key: string; readonly holder: string | null; readonly state: string }

async function entries(pool: string): Promise<readonly Entry[]> {
  return JSON.parse(await done(`show ${pool} --json`)).entries
}

describe.each(PLACES)('a pool in its place, %s', (pool, plugin) => {
  beforeEach(() => serve(plugin))

  it('is made, filled, given out, shown, and freed by hand, beside the server', async () => {
    expect(await done(`add ${pool} 192.0.2.10-192.0.2.12/24`)).toBe(
      `made the pool ${pool}\nadded 3 entries to ${pool}: 192.0.2.10/24, 192.0.2.11/24, 192.0.2.12/24\n`,
    )
    expect(await address('LEAF1')).toBe('192.0.2.10/24')
    expect(await entries(pool)).toEqual([
      {
        key: '192.0.2.10/24',
        holder: 'LEAF1',
        state: 'reserved',
        since: expect.stringMatching(/^\d{4}-.*Z$/),
        size: 1,
      },
      { key: '192.0.2.11/24', holder: null, state: 'free', since: null, size: 1 },
      { key: '192.0.2.12/24', holder: null, state: 'free', since: null, size: 1 },
    ])
    expect(await done(`show ${pool} --held`)).toMatch(
      /^192\.0\.2\.10\/24 +reserved +LEAF1 +\d{4}-\d\d-\d\dT\S+[+-]\d\d:\d\d \(< 1 min\)$/m,
    )
    const refused = await pools(`free ${pool} 192.0.2.10/24`)
    expect([refused.status, refused.stdout]).toEqual([1, ''])
    expect(refused.stderr).toMatch(/^ERROR: just given out: 192.0.2.10\/24 .* by LEAF1/)
    const forced = await pools(`free ${pool} 192.0.2.10/24 --force`)
    expect([forced.status, forced.stdout]).toEqual([0, expect.stringMatching(/^freed 192.0.2.10/)])
    expect(forced.stderr).toMatch(/^WARNING: LEAF1 is a node of this server still/)
    // Which of them comes first, is the database's business.
    const given = [await address('LEAF2'), await address('LEAF1'), await address('LEAF3')]
    expect(given.toSorted()).toEqual(['192.0.2.10/24', '192.0.2.11/24', '192.0.2.12/24'])
    const dry = await pools('free --node LEAF2 --force --dry-run')
    expect([dry.status, dry.stdout]).toEqual([
      0,
      expect.stringMatching(/^would free 192.0.2.1\d\/24 of .*: reserved by LEAF2 since/),
    ])
    expect(await address('LEAF2')).toBe(given[0])
  })

  it('grows while it is given out, and nothing is given twice', async () => {
    await done(`add ${pool} 192.0.2.1-192.0.2.10/24`)
    const nodes = Array.from({ length: 50 }, (_, at) => `LEAF${at}`)
    const given = nodes.slice(0, 10).map(address)
    const growing = done(`add ${pool} 192.0.2.1-192.0.2.50/24`)
    await Promise.all(given)
    expect(await growing).toMatch(/^added 40 entries/)
    const rest = await Promise.all(nodes.slice(10).map(address))
    const all = [...(await Promise.all(given)), ...rest]
    expect(new Set(all).size).toBe(50)
    expect(JSON.parse(await done('list --json')).pools).toMatchObject([
      { pool, entries: 50, free: 0, reserved: 50, used_percent: 100, shortage: 'exhausted' },
    ])
  })

  it('is saved, lost, and brought back', async () => {
    await done(`add ${pool} 192.0.2.1-192.0.2.5/24`)
    const before = [await address('LEAF1'), await address('LEAF2')]
    for (const format of ['csv', 'json', 'yaml']) {
      const saved = await done(`export ${pool} --format ${format}`)
      await pools('free --node LEAF1 --force')
      await pools('free --node LEAF2 --force')
      expect((await entries(pool)).filter((each) => each.holder !== null)).toEqual([])
      input = saved
      expect(await done(`import ${pool} -`)).toMatch(/gave .* to LEAF1\n.*gave .* to LEAF2\n/s)
      expect(await done(`import ${pool} -`)).toBe(`5 entries of ${pool} unchanged\n`)
      expect([await address('LEAF1'), await address('LEAF2')]).toEqual(before)
    }
  })

  it('is checked', async () => {
    await done(`add ${pool} 192.0.2.0-192.0.2.5/24`)
    input = 'key,holder\n192.0.2.1/24,GONE\n192.0.2.2/24,leaf1\n'
    await done(`import ${pool} -`)
    await address('LEAF1')
    const { diagnostics } = JSON.parse(await done('check --json'))
    const codes = diagnostics.map((each: { readonly code: string }) => each.code)
    expect(codes.sort()).toEqual([
      'ZTP_CASE_CLASH',
      'ZTP_POOL_LOW',
      'ZTP_STRANGE_HOLDER',
      'ZTP_UNFIT_ADDRESS',
    ])
    await writeFiles(data.path, { 'definitions/other': definition(plugin).replace('mgmt', 'mgnt') })
    const report = await pools('check')
    expect([report.status, report.stdout]).toEqual([1, expect.stringContaining("'mgnt')")])
    expect(report.stdout).toContain(`did you mean ${pool}?`)
  })
})

describe('pool files', () => {
  it('keep every byte that is not changed', async () => {
    await serve('allocate')
    const text = '# ours\r\n192.0.2.1/24:   LEAF9 # spare\r\n\r\n"192.0.2.2/24": null'
    await writeFiles(data.path, { 'resources/mgmt': text })
    await done('add mgmt 192.0.2.3/24')
    await done('free mgmt 192.0.2.1/24')
    expect(await readFile(join(data.path, 'resources/mgmt'), 'utf8')).toBe(
      `${text.replace('LEAF9', 'null')}\r\n192.0.2.3/24: null\r\n`,
    )
  })

  it('that an editor saved anew are told of by check', async () => {
    await serve('allocate')
    await done('add mgmt 192.0.2.1-192.0.2.9/24')
    const path = join(data.path, 'resources/mgmt')
    const old = await readFile(path, 'utf8')
    await address('LEAF1')
    await writeFile(path, old)
    expect(await done('check mgmt')).toMatch(
      /WARNING: .*mgmt:1:1: 192.0.2.1\/24 is free here, but LEAF1 was given it/,
    )
  })

  it('whose range an editor wrote back are told of by check', async () => {
    await serve('allocate')
    await done('add mgmt 192.0.2.1-192.0.2.9/24 --as-range')
    const path = join(data.path, 'resources/mgmt')
    const old = await readFile(path, 'utf8')
    expect(old).toBe('192.0.2.1-192.0.2.9/24: null\n')
    await address('LEAF1')
    await writeFile(path, old)
    expect(await done('check mgmt')).toMatch(
      /WARNING: .*mgmt:1:1: 192.0.2.1\/24 is free here, but LEAF1 was given it/,
    )
    expect(await address('LEAF2')).toBe('192.0.2.2/24')
    expect(await done('check mgmt')).not.toContain('ZTP_STALE_POOL')
  })

  it('that are broken do not hide the others', async () => {
    await serve('allocate')
    await writeFiles(data.path, { 'resources/bad': '- a\n', 'resources/good': 'a: null\n' })
    const { status, stdout, stderr } = await pools('list')
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^ERROR: bad: .*a pool is a map/)])
    expect(stdout).toMatch(/^good +1 +1 /m)
  })
})

describe('a database that is down', () => {
  it('is named without its password, and hides no other pool', async () => {
    await serve('postgres')
    await done('add mgmt a b c d e f')
    await postgres.stop()
    const { status, stdout, stderr } = await pools('list')
    await postgres.start()
    expect([status, stdout]).toEqual([1, expect.stringMatching(/^mgmt +6 +6 /m)])
    expect(stderr).toMatch(/^ERROR: postgres: /)
    expect(stderr).not.toContain(postgres.password)
    expect(await done('add postgres:mgmt a')).toContain('made the pool postgres:mgmt')
    expect(await done('list')).toMatch(/^postgres:mgmt +1 +1 /m)
  })
})
