import { describe, expect, it } from 'vitest'
import { freeEntry } from '../../resource/testing/fake-pool-admin.ts'
import { poolsWorld, runPools } from './testing/pools-world.ts'

describe('ztps pools add', () => {
  it('adds a range, and says what is there already', async () => {
    const there = poolsWorld()
    const line = 'add mgmt 10.0.0.1-10.0.0.7/24 10.0.0.9/24'
    const dry = await runPools(`${line} --dry-run`, there)
    expect(dry).toEqual({
      status: 0,
      err: '',
      out: `would add 4 entries to mgmt: 10.0.0.4/24 … 10.0.0.7/24
2 free entries there already: 10.0.0.3/24, 10.0.0.9/24
10.0.0.1/24 is there already, held by SN1
10.0.0.2/24 is there already, held by SN2/lo
`,
    })
    expect(there.files.entries('mgmt')).toHaveLength(4)
    const { out } = await runPools(line, there)
    expect(out).toBe(dry.out.replace('would add', 'added'))
    expect(
      there.files
        .entries('mgmt')
        .slice(4)
        .map((each) => each.key),
    ).toEqual(['10.0.0.4/24', '10.0.0.5/24', '10.0.0.6/24', '10.0.0.7/24'])
  })

  it('makes a pool, from standard input', async () => {
    const there = poolsWorld()
    const input = '# spares\r\nleaf[1-2]  # two\n\n  leaf9\n'
    expect(await runPools('add sqlite:new leaf8 -', there, { '-': input })).toEqual({
      status: 0,
      out: 'made the pool sqlite:new\nadded 4 entries to sqlite:new: leaf8 … leaf9\n',
      err: '',
    })
    const keys = ['leaf8', 'leaf1', 'leaf2', 'leaf9']
    expect(there.sqlite.entries('new')).toEqual(keys.map((key) => freeEntry(key)))
  })

  it('adds nothing that means the same address', async () => {
    const there = poolsWorld()
    expect(await runPools('add mgmt 10.0.0.3/25 10.0.0.77/24', there)).toEqual({
      status: 1,
      out: '',
      err: `ERROR: 10.0.0.3/25 means the same address as 10.0.0.3/24
Nothing was added: two nodes would get one address. Write it as mgmt has it.
`,
    })
    expect(there.files.entries('mgmt')).toHaveLength(4)
  })

  it('adds nothing of another kind, unless it is forced', async () => {
    const there = poolsWorld()
    expect(await runPools('add mgmt 10.0.0.50-10.0.0.51', there)).toEqual({
      status: 1,
      out: '',
      err: `ERROR: 10.0.0.50 is an IPv4 address without prefix length; 10.0.0.1/24 is an IPv4 address with its prefix length
ERROR: 10.0.0.51 is an IPv4 address without prefix length; 10.0.0.1/24 is an IPv4 address with its prefix length
Nothing was added: mgmt would have entries of two kinds; --force adds them.
`,
    })
    const { status, out } = await runPools('add mgmt 10.0.0.50 --force', there)
    expect([status, out]).toEqual([0, 'added 1 entry to mgmt: 10.0.0.50\n'])
  })

  it('names only the first of very many', async () => {
    const { out } = await runPools('add sqlite:t - x', poolsWorld(), { '-': 'y[1-500]' })
    expect(out).toBe('added 500 entries to sqlite:t: y1 … y500\nx is there already, held by SN9\n')
    const held = Array.from({ length: 40 }, (_, at) => ({ key: `y${at}`, holder: `N${at}` }))
    const again = poolsWorld()
    await again.sqlite.add('t', held, { dryRun: false })
    const { out: lines } = await runPools('add sqlite:t y[0-39]', again)
    expect(lines.split('\n').slice(18)).toEqual([
      'y18 is there already, held by N18',
      'y19 is there already, held by N19',
      '... and 20 more; --json shows all',
      '',
    ])
  })

  it('answers in JSON', async () => {
    const { out } = await runPools('add mgmt 10.0.0.1/24 10.0.0.5/24 --json --dry-run')
    expect(JSON.parse(out)).toEqual({
      pool: 'mgmt',
      dry_run: true,
      created: false,
      added: ['10.0.0.5/24'],
      present: [{ entry: '10.0.0.1/24', holder: 'SN1' }],
      clashes: [],
      odd: [],
    })
  })

  it.each([
    ['add mgmt', 2, /missing required argument 'RANGE'/],
    ['add mgmt -', 1, /standard input has no entry/],
    ['add mgmt leaf[9-1]', 1, /leaf\[9-1\] goes backwards: write leaf\[1-9\]/],
    ['add sqlite:t leaf[1-9] --as-range', 2, /--as-range goes with a pool file/],
    ['add mysql:t a', 1, /there is no pool mysql:t: \[mysql\] url is not set/],
  ])('refuses %s', async (line, status, message) => {
    const refused = await runPools(line, poolsWorld(), { '-': '# nothing\n' })
    expect(refused).toEqual({ status, out: '', err: expect.stringMatching(message) })
  })
})
