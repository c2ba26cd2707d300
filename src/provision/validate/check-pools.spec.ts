import { describe, expect, it } from 'vitest'
import { formatDiagnostic } from '../../kernel/diagnostic.ts'
import { checkPools } from './check-pools.ts'
import { createSite } from './site.ts'
import { filesInMemory } from './testing/files-in-memory.ts'
import { SETTINGS } from './testing/sound-site.ts'

type Texts = Readonly<Record<string, string>>

/** Room enough that nothing is said of it, in entries that no case has. */
const ROOM = ['one', 'two', 'three', 'four', 'five', 'six']
  .map((each) => `free-${each}:\n`)
  .join('')

const BASE: Texts = {
  'definitions/leaf':
    "attributes: {a: allocate('p'), b: allocate('q'), c: sqlite('r')}\nactions: []\n",
  'nodes/N1/definition': 'actions: []\n',
  'nodes/n2/definition': 'actions: []\n',
  'nodes/001c73aabbcc/definition': 'actions: []\n',
}

async function findings(pools: Texts, more: Texts = {}): Promise<readonly string[]> {
  const below = Object.entries(pools).map(([name, text]) => [`resources/${name}`, text])
  const files = filesInMemory({ ...BASE, ...more, ...Object.fromEntries(below) })
  const checked = await checkPools(createSite(files, SETTINGS))
  return checked.flatMap(({ diagnostics }) =>
    diagnostics.map((each) => `${each.severity} ${each.code} ${formatDiagnostic(each)}`),
  )
}

const addresses = (...keys: readonly string[]) => keys.map((key) => `${key}:\n`).join('')

describe('a pool file', () => {
  const cases: readonly (readonly [string, string, readonly (string | RegExp)[]])[] = [
    ['an empty pool', '# to come\n', []],
    ['names', `leaf1: N1\nleaf2: N1/lo\n${ROOM}`, []],
    ['numbers', addresses('65101', '65102', '65103'), []],
    ['addresses', addresses('10.0.0.1/24', '10.0.0.254/24', '10.0.1.0/16'), []],
    ['IPv6 addresses', addresses('2001:db8::/64', '2001:db8::1/64', '2001:db8::ffff/64'), []],
    ['subnets', addresses('10.0.0.0/30', '10.0.0.4/30', '10.0.1.0/24'), []],
    ['addresses of links', addresses('10.0.0.0/31', '10.0.0.1/31', '10.0.0.2/31'), []],
    ['loopbacks', addresses('10.0.0.0/32', '10.0.0.255/32'), []],
    ['a range', addresses('10.0.0.1-10.0.0.200/24', '10.0.0.201/24'), []],
    [
      'the same address with another prefix length',
      addresses('10.0.0.1/24', '10.0.0.2/24', '10.0.0.1/25'),
      [
        'error ZTP_DUPLICATE_ADDRESS /data/resources/p:3:1: 10.0.0.1/25 is the same address as 10.0.0.1/24 (line 1), and two nodes may get it: remove one of the two',
      ],
    ],
    [
      'an IPv6 address written in two ways',
      addresses('2001:DB8:0::1/64', '2001:db8::2/64', '2001:db8::1/64'),
      [
        /^error ZTP_DUPLICATE_ADDRESS .*:3:1: 2001:db8::1\/64 is the same address as 2001:DB8:0::1\/64 \(line 1\)/,
      ],
    ],
    [
      'an address in a range',
      addresses('10.0.0.5/24', '10.0.0.1-10.0.0.9/24'),
      [
        'warning ZTP_OVERLAPPING_RANGE /data/resources/p:2:1: 10.0.0.1-10.0.0.9/24 overlaps 10.0.0.5/24 (line 1): what both have is given out once',
      ],
    ],
    [
      'an address in a range with another prefix length',
      addresses('10.0.0.1-10.0.0.9/24', '10.0.0.20/24', '10.0.0.5/25'),
      [
        /^error ZTP_DUPLICATE_ADDRESS .*:3:1: 10.0.0.5\/25 shares addresses with 10.0.0.1-10.0.0.9\/24 \(line 1\)/,
      ],
    ],
    [
      'ranges that overlap',
      addresses('10.0.0.1-10.0.0.9/24', '10.0.0.20-10.0.0.30/24', '10.0.0.9-10.0.0.21/24'),
      [
        /:3:1: .* overlaps 10.0.0.1-10.0.0.9\/24 \(line 1\)/,
        /:3:1: .* overlaps 10.0.0.20-10.0.0.30\/24 \(line 2\)/,
      ],
    ],
    [
      'subnets that overlap',
      addresses('10.0.0.0/29', '10.0.0.4/30', '10.0.0.8/30'),
      [/^error ZTP_DUPLICATE_ADDRESS .*:2:1: 10.0.0.4\/30 shares addresses with 10.0.0.0\/29/],
    ],
    [
      'ranges of names that overlap',
      addresses('leaf[01-10]', 'leaf[11-20]', 'leaf10'),
      [
        'warning ZTP_OVERLAPPING_RANGE /data/resources/p:1:1: leaf[01-10] overlaps leaf10 (line 3): what both have is given out once',
      ],
    ],
    [
      'network and broadcast addresses',
      addresses('10.0.0.0/24', '10.0.0.1/24', '10.0.0.255/24', '10.0.1.0-10.0.1.255/24'),
      [
        'warning ZTP_UNFIT_ADDRESS /data/resources/p:1:1: 10.0.0.0/24 is the network address of its /24: no switch can have it; take it out',
        /:3:1: 10.0.0.255\/24 is the broadcast address of its \/24/,
        /:4:1: 10.0.1.0-10.0.1.255\/24 includes the network and the broadcast address of its \/24/,
      ],
    ],
    [
      'names that differ in case only',
      `Leaf1:\nleaf1:\n${ROOM}`,
      [
        'warning ZTP_CASE_CLASH /data/resources/p:2:1: leaf1 and Leaf1 (line 1) differ in case only: as host names they are the same',
      ],
    ],
    [
      'an address among names',
      `leaf1:\n10.0.0.1/24:\n${ROOM}`,
      [
        'warning ZTP_MIXED_POOL /data/resources/p:2:1: 10.0.0.1/24 is an IPv4 address with its prefix length, and most entries here are not: leaf1 is a name',
      ],
    ],
    [
      'an address without its prefix length',
      addresses('10.0.0.1/24', '10.0.0.2', '10.0.0.3/24'),
      [/^warning ZTP_MIXED_POOL .*:2:1: 10.0.0.2 is an IPv4 address without prefix length/],
    ],
    [
      'an IPv6 address among IPv4 addresses',
      addresses('::1/64', '10.0.0.1/24', '10.0.0.2/24'),
      [/^warning ZTP_MIXED_POOL .*:1:1: ::1\/64 is an IPv6 address with its prefix length/],
    ],
    [
      'a node that holds two',
      `leaf1: N1\nleaf2: 00:1c:73:aa:bb:cc\nleaf3: N1\nleaf4: 001C73AABBCC\n${ROOM}`,
      [
        'warning ZTP_DUPLICATE_HOLDER /data/resources/p:3:1: N1 holds leaf1 (line 1) already, and gets that one: null here frees leaf3, and ID/LABEL is how one node holds several',
        /:4:1: 001C73AABBCC holds leaf2 \(line 2\) already/,
      ],
    ],
    [
      'a node that is not there',
      `leaf1: N9\nleaf2: N9/lo\nleaf3: N1\n${ROOM}`,
      [
        'warning ZTP_STRANGE_HOLDER /data/resources/p:1:1: leaf1 and 1 more are held by N9, which has no folder in nodes/: leave it if that switch is still to come, else `ztps pools free --node N9` frees all it has',
      ],
    ],
    [
      'a node in other case',
      `leaf1: N2/lo\n${ROOM}`,
      [
        'warning ZTP_CASE_CLASH /data/resources/p:1:1: leaf1 is held by N2, and the node is called n2: they differ in case, and are two nodes to the server',
      ],
    ],
    [
      'a holder that is no node',
      `leaf1: set aside\n${ROOM}`,
      [/^warning ZTP_INVALID_POOL .*:1:1: leaf1 is held by "set aside"/],
    ],
    [
      'a pool that is nearly exhausted',
      'leaf1: N1\nleaf2:\n',
      [
        'warning ZTP_POOL_LOW /data/resources/p:1:1: only 1 of 2 entries is free: add some before the next nodes come',
      ],
    ],
    [
      'an exhausted pool',
      'leaf1: N1\n',
      [
        'warning ZTP_POOL_EXHAUSTED /data/resources/p:1:1: its only entry is held: the next node is refused; add entries, or free some',
      ],
    ],
  ]
  it.each(cases)('is looked through: %s', async (_name, text, expected) => {
    const found = await findings({ p: text })
    expect(found).toEqual(
      expected.map((each) => (typeof each === 'string' ? each : expect.stringMatching(each))),
    )
  })

  it('shows the line itself', async () => {
    const files = filesInMemory({ ...BASE, 'resources/p': `leaf1:\nLEAF1: null # x\n${ROOM}` })
    const [checked] = await checkPools(createSite(files, SETTINGS))
    expect(checked?.diagnostics[0]?.source).toBe('LEAF1: null # x')
  })
})

describe('several pool files', () => {
  it('may not have addresses in common', async () => {
    const pools = {
      p: addresses('10.0.0.1/24', '10.0.0.2/24', '10.0.0.3/24'),
      q: addresses('10.0.0.9/24', '10.0.0.3/25', '10.0.0.1-10.0.0.2/24'),
    }
    expect(await findings(pools)).toEqual([
      'warning ZTP_DUPLICATE_ADDRESS /data/resources/q:2:1: 10.0.0.3/25 and others can be given out by the pool p too (there 10.0.0.3/24 (line 3)): one address for two nodes',
    ])
  })

  it('may have the same names and numbers', async () => {
    expect(
      await findings({ p: addresses('leaf1', '7'), q: addresses('leaf1', '7') }),
    ).not.toContainEqual(expect.stringMatching(/DUPLICATE/))
  })
})

describe('a pool that nothing takes from', () => {
  const pool = addresses('a', 'b')

  it('is named', async () => {
    expect(await findings({ p: pool, z: pool })).toEqual([
      'warning ZTP_UNUSED_POOL /data/resources/z:1:1: no definition takes anything from this pool, nor does a node: remove it, or see whether its name is right',
    ])
  })

  it('is not the one that a plugin for tables takes from', async () => {
    expect(await findings({ r: pool })).toEqual([expect.stringMatching(/ZTP_UNUSED_POOL .*\/r:/)])
  })

  const users: readonly (readonly [string, Texts])[] = [
    [
      'the definition of a node',
      { 'nodes/N1/definition': "attributes:\n  a: allocate('z', 'x')\nactions: []\n" },
    ],
    ['the attributes of a node', { 'nodes/N1/attributes': "a: [{b: allocate('z')}]\n" }],
    ['an action', { 'definitions/x': "actions: [{action: a, attributes: {b: allocate('z')}}]\n" }],
    [
      "a plugin of the operator's own",
      { 'definitions/x': "attributes: {a: ipam('z')}\nactions: []\n" },
    ],
    [
      'an edited sqlite plugin',
      {
        'definitions/x': "attributes: {a: sqlite('z')}\nactions: []\n",
        'plugins/sqlite': 'edited',
      },
    ],
  ]
  it.each(users)('is not the one of %s', async (_name, more) => {
    expect(await findings({ z: pool }, more)).toEqual([])
  })

  it('is no note', async () => {
    expect(await findings({ README: 'about pools', 'p.bak': '- [' })).toEqual([])
  })
})
