import { describe, expect, it } from 'vitest'
import { filesInMemory } from '../../provision/validate/testing/files-in-memory.ts'
import { SOUND } from '../../provision/validate/testing/sound-site.ts'
import type { PoolAdmin } from '../../resource/pool-admin.ts'
import {
  brokenPoolAdmin,
  fakePoolAdmin,
  freeEntry,
  heldEntry,
} from '../../resource/testing/fake-pool-admin.ts'
import { runCli } from '../program.ts'
import { fixedDeps, NOW } from '../testing/fixed-deps.ts'
import { recordedIo } from '../testing/recorded-io.ts'
import { localTime } from './when.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

function world() {
  const files = fakePoolAdmin(
    {
      mgmt: [
        heldEntry('10.0.0.1/24', 'SN1', 'in use', NOW - 3 * HOUR),
        heldEntry('10.0.0.2/24', 'SN2/lo', 'reserved', NOW - 5 * MINUTE),
        freeEntry('10.0.0.3/24'),
        freeEntry('10.0.0.8-10.0.0.11/24', 4),
      ],
      names: [heldEntry('leaf1', 'SN1'), heldEntry('leaf2', 'SN2')],
    },
    { warnings: { names: ['leaf2 stands there twice'] } },
  )
  const sqlite = fakePoolAdmin({ t: [heldEntry('x', 'SN9', 'in use')] }, { kind: 'sqlite' })
  return { files, sqlite, admins: [files, sqlite] }
}

async function run(line: string, { admins }: { admins: readonly PoolAdmin[] } = world()) {
  const io = recordedIo()
  const deps = fixedDeps(filesInMemory(SOUND), {}, admins)
  const status = await runCli(['pools', ...line.split(' ')], io, deps)
  return { status, out: io.out(), err: io.err() }
}

const DOWN = { admins: [...world().admins, brokenPoolAdmin('postgres', 'connection refused')] }

describe('ztps pools list', () => {
  it('shows how much of each pool is given out', async () => {
    expect(await run('list')).toEqual({
      status: 0,
      err: '',
      out: `pool      entries  free  reserved  in use  held  % used
────────  ───────  ────  ────────  ──────  ────  ──────  ─────────
mgmt            7     5         1       1     0      28
names           2     0         0       0     2     100  EXHAUSTED
sqlite:t        1     0         0       1     0     100  EXHAUSTED
`,
    })
  })

  it('says what soon exhausted means', async () => {
    const { out } = await run('list --soon 6')
    expect(out).toMatch(/^mgmt .* soon exhausted$/m)
    expect(out).toMatch(/\n\nsoon exhausted: fewer than 6 free\n$/)
  })

  it('shows the others when a database is down, with status 1', async () => {
    const { status, out, err } = await run('list', DOWN)
    expect([status, err]).toEqual([1, 'ERROR: postgres: connection refused\n'])
    expect(out).toMatch(/^sqlite:t /m)
  })

  it('answers in JSON', async () => {
    const { status, out } = await run('list --json', DOWN)
    const { pools, failures } = JSON.parse(out)
    expect([status, failures]).toEqual([1, [{ pool: 'postgres', reason: 'connection refused' }]])
    expect(pools).toHaveLength(3)
    expect(pools[0]).toEqual({
      pool: 'mgmt',
      kind: 'file',
      entries: 7,
      free: 5,
      reserved: 1,
      in_use: 1,
      held: 0,
      used_percent: 28,
      shortage: null,
    })
  })

  it('says that there is none', async () => {
    expect(await run('list', { admins: [] })).toMatchObject({
      status: 0,
      out: 'There are no pools.\n',
    })
  })

  it('wants a number', async () => {
    expect(await run('list --soon few')).toMatchObject({ status: 2, out: '' })
  })
})

describe('ztps pools show', () => {
  it('shows who has what since when', async () => {
    const since = [NOW - 3 * HOUR, NOW - 5 * MINUTE].map(localTime)
    expect(await run('show mgmt')).toEqual({
      status: 0,
      err: '',
      out: `mgmt: 7 entries, 5 free, 1 reserved, 1 in use, 0 held (28 % used)

entry                  state     holder  since
─────────────────────  ────────  ──────  ─────────────────────────────────
10.0.0.1/24            in use    SN1     ${since[0]} (3 h)
10.0.0.2/24            reserved  SN2/lo  ${since[1]} (5 min)
10.0.0.3/24            free
10.0.0.8-10.0.0.11/24  4 free
`,
    })
  })

  it.each([
    ['--free', ['10.0.0.3/24', '10.0.0.8-10.0.0.11/24']],
    ['--held', ['10.0.0.1/24', '10.0.0.2/24']],
    ['--node SN2', ['10.0.0.2/24']],
    ['--node SN', []],
  ])('chooses: %s', async (flags, expected) => {
    const { out } = await run(`show mgmt ${flags} --json`)
    const { entries, ...head } = JSON.parse(out)
    expect(entries.map((each: { readonly key: string }) => each.key)).toEqual(expected)
    const numbers = { total: 7, free: 5, reserved: 1, in_use: 1, held: 0 }
    expect(head).toEqual({ pool: 'mgmt', kind: 'file', ...numbers, warnings: [] })
  })

  it('answers in JSON', async () => {
    const { entries } = JSON.parse((await run('show mgmt --json')).out)
    const none = { holder: null, state: 'free', since: null }
    expect(entries).toEqual([
      {
        key: '10.0.0.1/24',
        holder: 'SN1',
        state: 'in use',
        since: '2026-11-22T11:22:33.000Z',
        size: 1,
      },
      {
        key: '10.0.0.2/24',
        holder: 'SN2/lo',
        state: 'reserved',
        since: '2026-11-22T14:17:33.000Z',
        size: 1,
      },
      { key: '10.0.0.3/24', ...none, size: 1 },
      { key: '10.0.0.8-10.0.0.11/24', ...none, size: 4 },
    ])
  })

  it('shows nothing but the numbers when nothing is chosen', async () => {
    expect((await run('show names --free')).out).toBe(
      'names: 2 entries, 0 free, 0 reserved, 0 in use, 2 held (100 % used)\n',
    )
  })

  it('passes on what the place warns of', async () => {
    expect((await run('show names')).err).toBe('WARNING: leaf2 stands there twice\n')
  })

  it.each([
    ['show', 2, /missing required argument 'POOL'/],
    ['show mgmt --free --held', 2, /--free and --held do not go together/],
    ['show mgmt --node ../x', 2, /--node takes a node id, not '..\/x'/],
    ['show t', 1, /there is no file pool t; did you mean sqlite:t\?/],
    ['show postgres:t', 1, /\[postgres\] url is not set/],
  ])('refuses %s', async (line, status, message) => {
    expect(await run(line)).toEqual({ status, out: '', err: expect.stringMatching(message) })
  })
})

describe('ztps pools free', () => {
  it('frees entries, and warns of a node that is there still', async () => {
    const there = world()
    const since = localTime(NOW - 3 * HOUR)
    expect(await run('free mgmt 10.0.0.1/24 10.0.0.3/24', there)).toEqual({
      status: 0,
      out: `10.0.0.3/24 is free already\nfreed 10.0.0.1/24 of mgmt: in use by SN1 since ${since} (3 h)\n`,
      err: expect.stringMatching(/^WARNING: SN1 is a node of this server still/),
    })
    expect(there.files.entries('mgmt')[0]).toEqual(freeEntry('10.0.0.1/24'))
  })

  it('refuses what was just given out, and takes --force', async () => {
    const there = world()
    const since = localTime(NOW - 5 * MINUTE)
    const refused = await run('free mgmt 10.0.0.2/24', there)
    expect(refused).toMatchObject({ status: 1, out: '' })
    expect(refused.err).toContain(
      `ERROR: just given out: 10.0.0.2/24 of mgmt: reserved by SN2/lo since ${since} (5 min)\nNothing was freed: `,
    )
    expect(there.files.entries('mgmt')[1]?.holder).toBe('SN2/lo')
    expect(await run('free mgmt 10.0.0.2/24 --force', there)).toMatchObject({ status: 0, err: '' })
    expect(there.files.entries('mgmt')[1]?.holder).toBeNull()
  })

  it('names what the pool does not have, and frees nothing', async () => {
    const there = world()
    expect(await run('free mgmt 10.0.0.1/24 10.0.0.2', there)).toEqual({
      status: 1,
      out: '',
      err: 'ERROR: mgmt has no entry 10.0.0.2; did you mean 10.0.0.2/24?\nNothing was freed.\n',
    })
    expect(there.files.entries('mgmt')[0]?.holder).toBe('SN1')
  })

  it('frees all of a node everywhere, and shows it first', async () => {
    const there = world()
    const dry = await run('free --node SN1 --dry-run', there)
    expect(dry.out).toMatch(
      /^would free 10.0.0.1\/24 of mgmt: .*\nwould free leaf1 of names: held by SN1\n$/,
    )
    expect(there.files.entries('names')[0]?.holder).toBe('SN1')
    expect((await run('free --node SN1', there)).out).toBe(
      dry.out.replaceAll('would free', 'freed'),
    )
    expect(there.files.entries('names')[0]?.holder).toBeNull()
    expect(await run('free --node SN1', there)).toEqual({
      status: 0,
      out: 'SN1 holds nothing in any pool\n',
      err: '',
    })
  })

  it('frees all of a node in one pool', async () => {
    const there = world()
    expect((await run('free names --node SN1', there)).out).toBe(
      'freed leaf1 of names: held by SN1\n',
    )
    expect(there.files.entries('mgmt')[0]?.holder).toBe('SN1')
  })

  it('fails when a database could not be asked', async () => {
    const { status, out, err } = await run('free --node SN9', DOWN)
    expect([status, out]).toEqual([1, 'freed x of sqlite:t: in use by SN9\n'])
    expect(err).toBe('ERROR: postgres: connection refused\n')
  })

  it('answers in JSON', async () => {
    const { out } = await run('free mgmt 10.0.0.1/24 --json --dry-run')
    expect(JSON.parse(out)).toEqual({
      dry_run: true,
      freed: [
        {
          pool: 'mgmt',
          entry: '10.0.0.1/24',
          holder: 'SN1',
          state: 'in use',
          since: '2026-11-22T11:22:33.000Z',
        },
      ],
      already_free: [],
      unknown: [],
      refused: [],
      failures: [],
    })
  })

  it.each([
    ['free', /name a pool and its entries, or --node ID/],
    ['free mgmt', /name the entries of mgmt to free, or --node ID/],
    ['free mgmt a --node SN1', /either entries or --node, not both: leave out a/],
  ])('refuses %s', async (line, message) => {
    expect(await run(line)).toEqual({ status: 2, out: '', err: expect.stringMatching(message) })
  })
})

describe('ztps pools export', () => {
  it.each([
    ['', 'key,holder,state,since\nleaf1,SN1,held,\nleaf2,SN2,held,\n'],
    ['--format yaml', 'leaf1: SN1\nleaf2: SN2\n'],
    [
      '--format json',
      '{"pool": "names", "entries": [\n{"key":"leaf1","holder":"SN1","state":"held","since":null},\n{"key":"leaf2","holder":"SN2","state":"held","since":null}\n]}\n',
    ],
  ])('writes the pool: %s', async (flags, out) => {
    expect(await run(`export names ${flags}`.trim())).toEqual({ status: 0, out, err: '' })
  })
})
