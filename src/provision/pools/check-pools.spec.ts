import { describe, expect, it } from 'vitest'
import { formatDiagnostic } from '../../kernel/diagnostic.ts'
import type { PoolAdmin } from '../../resource/pool-admin.ts'
import {
  brokenPoolAdmin,
  fakePoolAdmin,
  freeEntry,
  heldEntry,
} from '../../resource/testing/fake-pool-admin.ts'
import { createSite } from '../validate/site.ts'
import { filesInMemory } from '../validate/testing/files-in-memory.ts'
import { SETTINGS } from '../validate/testing/sound-site.ts'
import { checkEveryPool, checkThesePools } from './check-pools.ts'
import { parsePoolName } from './pool-name.ts'
import { DEFAULT_SOON } from './usage.ts'

const FREE = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6']
const TEXT = FREE.map((key) => `${key}: null\n`).join('')
const DEFINITION = `attributes:
  a: allocate('p')
  b: sqlite('t')
  c: postgres('t')
actions: []
`
const DATA = { 'definitions/leaf': DEFINITION, 'resources/p': TEXT, 'nodes/N1/pattern': '' }
const FILES = fakePoolAdmin({ p: FREE.map((key) => freeEntry(key)) })
const table = (entries: Parameters<typeof fakePoolAdmin>[0], kind: 'sqlite' | 'postgres') =>
  fakePoolAdmin(entries, { kind, warnings: { t: ['t has no index on key'] } })

async function findings(
  admins: readonly PoolAdmin[],
  data: Readonly<Record<string, string>> = {},
  names?: readonly string[],
) {
  const site = createSite(filesInMemory({ ...DATA, ...data }), SETTINGS)
  const world = { site, admins, soon: DEFAULT_SOON }
  const { report } = await (names === undefined
    ? checkEveryPool(world)
    : checkThesePools(names.map(parsePoolName), world))
  return report.files.flatMap(({ diagnostics }) =>
    diagnostics.map((each) => `${each.severity} ${each.code} ${formatDiagnostic(each)}`),
  )
}

const SQLITE = table({ u: FREE.map((key) => freeEntry(key)) }, 'sqlite')

describe('checkEveryPool', () => {
  it('finds pools that a definition takes from and that are not there', async () => {
    expect(await findings([FILES, SQLITE])).toEqual([
      expect.stringMatching(
        /^error ZTP_MISSING_POOL \/data\/definitions\/leaf:3:6: sqlite\('t'\) takes from a pool that is not there/,
      ),
      "error ZTP_MISSING_POOL /data/definitions/leaf:4:6: postgres('t') takes from a pool that is not there: [postgres] url is not set",
      expect.stringMatching(/^warning ZTP_UNUSED_POOL sqlite:u:1:1: /),
    ])
  })

  it('names a missing pool once, and tells how many files take from it', async () => {
    const call = {
      'nodes/N1/attributes': "x: allocate('q')\n",
      'nodes/N2/attributes': "x: allocate('q')\n",
    }
    const t = { t: FREE.map((key) => freeEntry(key)) }
    const admins = [
      FILES,
      fakePoolAdmin(t, { kind: 'sqlite' }),
      fakePoolAdmin(t, { kind: 'postgres' }),
    ]
    expect(await findings(admins, call)).toEqual([
      "error ZTP_MISSING_POOL /data/nodes/N1/attributes:1:4: allocate('q') takes from a pool that is not there (so does 1 more file): `ztps pools add q RANGE` makes it",
    ])
  })

  it('knows nothing of the pools of a database that is down', async () => {
    const down = brokenPoolAdmin('postgres', 'connection refused')
    const t = fakePoolAdmin({ t: FREE.map((key) => freeEntry(key)) }, { kind: 'sqlite' })
    expect(await findings([FILES, t, down])).toEqual([
      'error ZTP_STORE_FAILED postgres:1:1: connection refused',
    ])
  })
})

describe('checkThesePools', () => {
  const judge = (entries: Parameters<typeof fakePoolAdmin>[0][string]) =>
    findings(
      [FILES, table({ t: [...entries, ...FREE.map((key) => freeEntry(key))] }, 'sqlite')],
      {},
      ['sqlite:t'],
    )

  it('passes on what the place warns of', async () => {
    expect(await judge([])).toEqual([
      'warning ZTP_INVALID_POOL sqlite:t:1:1: t has no index on key',
    ])
  })

  it.each([
    [
      'a node with two',
      [heldEntry('b1', 'N1'), heldEntry('b2', 'N1')],
      'warning ZTP_DUPLICATE_HOLDER sqlite:t:1:1: N1 holds b1 already, and gets that one: `ztps pools free` frees b2, and ID/LABEL is how one node holds several',
    ],
    [
      'names in other case',
      [freeEntry('A1')],
      'warning ZTP_CASE_CLASH sqlite:t:1:1: a1 and A1 differ in case only: as host names they are the same',
    ],
    [
      'a node that is gone',
      [heldEntry('b1', 'N9')],
      'warning ZTP_STRANGE_HOLDER sqlite:t:1:1: b1 is held by N9, which has no folder in nodes/: leave it if that switch is still to come, else `ztps pools free --node N9` frees all it has',
    ],
  ])('finds in a table %s', async (_name, entries, expected) => {
    expect(await judge(entries)).toContain(expected)
  })

  it('finds addresses that a file and a table have in common', async () => {
    const keys = ['10.0.0.1/24', '10.0.0.2/24']
    const admins = [
      fakePoolAdmin({ p: keys.map((key) => freeEntry(key)) }),
      fakePoolAdmin({ t: keys.map((key) => freeEntry(key)) }, { kind: 'sqlite' }),
    ]
    const data = { 'resources/p': keys.map((key) => `${key}:\n`).join('') }
    expect(await findings(admins, data, ['p', 'sqlite:t'])).toEqual([
      'warning ZTP_DUPLICATE_ADDRESS sqlite:t:1:1: 10.0.0.1/24 and others can be given out by the pool p too (there 10.0.0.1/24 (line 1)): one address for two nodes',
    ])
  })

  it('finds what an old copy of the file set free', async () => {
    const entries = FREE.map((key) => freeEntry(key))
    const admin = fakePoolAdmin({
      p: [...entries.slice(0, 5), heldEntry('a6', 'N1', 'reserved', 5)],
    })
    expect(await findings([admin], {}, ['p'])).toEqual([
      expect.stringMatching(
        /^warning ZTP_STALE_POOL \/data\/resources\/p:6:1: a6 is free here, but N1 was given it/,
      ),
    ])
  })

  it('finds what an old copy of a range set free', async () => {
    const admin = fakePoolAdmin({
      p: [freeEntry('a0'), heldEntry('a1', 'N1', 'reserved', 5), freeEntry('a[2-9]', 8)],
    })
    expect(await findings([admin], { 'resources/p': 'a0:\na[1-9]:\n' }, ['p'])).toEqual([
      expect.stringMatching(
        /^warning ZTP_STALE_POOL \/data\/resources\/p:2:1: a1 is free here, but N1/,
      ),
    ])
  })

  it('is not misled by what is given out while it looks', async () => {
    let looks = 0
    const site = filesInMemory(DATA)
    const busy = {
      ...site,
      read: async (path: string) => {
        if (path !== 'resources/p') return site.read(path)
        looks += 1
        const text = looks === 1 ? TEXT : TEXT.replace('a6: null', 'a6: N1')
        return { kind: 'text', text } as const
      },
    }
    const entries = FREE.map((key) => freeEntry(key))
    const admins = [fakePoolAdmin({ p: [...entries.slice(0, 5), heldEntry('a6', 'N1')] })]
    const world = { site: createSite(busy, SETTINGS), admins, soon: DEFAULT_SOON }
    const { report } = await checkThesePools([parsePoolName('p')], world)
    expect([looks, report.files.flatMap((each) => each.diagnostics)]).toEqual([2, []])
  })

  it('names a pool that is not there', async () => {
    expect(await findings([FILES], {}, ['q', 'mysql:t'])).toEqual([
      'error ZTP_MISSING_POOL q:1:1: there is no file pool q',
      'error ZTP_MISSING_POOL mysql:t:1:1: there is no pool mysql:t: [mysql] url is not set',
    ])
  })
})
