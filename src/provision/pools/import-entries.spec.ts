import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NewEntry, PoolEntryStatus } from '../../resource/pool-admin.ts'
import { fakePoolAdmin, freeEntry, heldEntry } from '../../resource/testing/fake-pool-admin.ts'
import { exportLines } from './export-pool.ts'
import { importEntries } from './import-entries.ts'
import { POOL_FORMATS } from './pool-format.ts'
import { parsePoolName } from './pool-name.ts'
import { readEntries } from './read-entries.ts'

const DO = { dryRun: false }
const P = parsePoolName('p')

const free = (key: string): NewEntry => ({ key, holder: null })
const held = (key: string, holder: string): NewEntry => ({ key, holder, state: 'in use', since: 5 })
const there = (...entries: readonly PoolEntryStatus[]) => fakePoolAdmin({ p: entries })

const NOTHING = { added: [], given: [], present: [], kept: [], conflicts: [], created: false }

describe('importEntries', () => {
  const cases: readonly (readonly [
    string,
    readonly PoolEntryStatus[],
    readonly NewEntry[],
    object,
    readonly PoolEntryStatus[],
  ])[] = [
    [
      'new entries',
      [freeEntry('a')],
      [free('b'), held('c', 'N1')],
      { added: ['b', 'c'] },
      [freeEntry('a'), freeEntry('b'), heldEntry('c', 'N1', 'in use', 5)],
    ],
    [
      'holders that were lost',
      [freeEntry('a'), freeEntry('b')],
      [held('a', 'N1'), free('b')],
      { given: [{ entry: 'a', holder: 'N1' }], present: ['b'] },
      [heldEntry('a', 'N1', 'in use', 5), freeEntry('b')],
    ],
    [
      'what is there just so',
      [freeEntry('a'), heldEntry('b', '00:1C:73:AA:BB:CC')],
      [free('a'), held('b', '001c73aabbcc')],
      { present: ['a', 'b'] },
      [freeEntry('a'), heldEntry('b', '00:1C:73:AA:BB:CC')],
    ],
    [
      'what was given out since',
      [heldEntry('a', 'N1'), freeEntry('b')],
      [free('a'), free('b'), free('c')],
      { added: ['c'], kept: [{ entry: 'a', holder: 'N1' }], present: ['b'] },
      [heldEntry('a', 'N1'), freeEntry('b'), freeEntry('c')],
    ],
    [
      'a node with two entries',
      [heldEntry('a', 'N1')],
      [held('a', 'N1'), held('b', 'N1')],
      { added: ['b'], present: ['a'] },
      [heldEntry('a', 'N1'), heldEntry('b', 'N1', 'in use', 5)],
    ],
    [
      'a range',
      [freeEntry('a')],
      [free('10.0.0.1-10.0.0.9/24')],
      { added: ['10.0.0.1-10.0.0.9/24'] },
      [freeEntry('a'), freeEntry('10.0.0.1-10.0.0.9/24')],
    ],
    [
      'a range that was written out in part',
      [heldEntry('10.0.0.1/24', 'N1'), freeEntry('10.0.0.2-10.0.0.3/24', 2)],
      [free('10.0.0.1-10.0.0.4/24')],
      {
        added: ['10.0.0.4/24'],
        kept: [{ entry: '10.0.0.1/24', holder: 'N1' }],
        present: ['10.0.0.2/24', '10.0.0.3/24'],
      },
      [
        heldEntry('10.0.0.1/24', 'N1'),
        freeEntry('10.0.0.2-10.0.0.3/24', 2),
        freeEntry('10.0.0.4/24'),
      ],
    ],
  ]
  it.each(cases)('takes %s', async (_name, before, entries, outcome, after) => {
    const admin = there(...before)
    const dry = await importEntries([admin], P, entries, { dryRun: true })
    expect(dry).toEqual({ ...NOTHING, ...outcome })
    expect(admin.entries('p')).toEqual(before)
    expect(await importEntries([admin], P, entries, DO)).toEqual(dry)
    expect(admin.entries('p')).toEqual(after)
    const again = await importEntries([admin], P, entries, DO)
    expect(again).toMatchObject({ added: [], given: [], conflicts: [] })
    expect(admin.entries('p')).toEqual(after)
  })

  const conflicts: readonly (readonly [
    string,
    readonly PoolEntryStatus[],
    readonly NewEntry[],
    readonly string[],
  ])[] = [
    [
      'another holder',
      [heldEntry('a', 'N1'), heldEntry('b', 'N2/lo')],
      [held('a', 'N2'), held('b', 'N2'), free('c')],
      [
        'a is held by N1 here, and by N2 in what is imported',
        'b is held by N2/lo here, and by N2 in what is imported',
      ],
    ],
    [
      'a second entry for a node',
      [heldEntry('a', 'N1'), freeEntry('b')],
      [held('b', 'N1'), held('c', 'N1'), held('d', 'N1/lo')],
      ["b would be N1's, who holds a here already", "c would be N1's, who holds a here already"],
    ],
    [
      'an address in another spelling',
      [freeEntry('10.0.0.1/24')],
      [held('10.0.0.1/25', 'N1')],
      ['10.0.0.1/25 is the same address as 10.0.0.1/24, which is there'],
    ],
  ]
  it.each(conflicts)('does nothing when there is %s', async (_name, before, entries, reasons) => {
    const admin = there(...before)
    const importing = await importEntries([admin], P, entries, DO)
    expect(importing.conflicts.map(({ entry, reason }) => `${entry} ${reason}`)).toEqual(reasons)
    expect(importing).toMatchObject({ added: [], given: [], created: false })
    expect(admin.entries('p')).toEqual(before)
  })

  it('does nothing when somebody is quicker', async () => {
    const admin = there(freeEntry('a'))
    const racing: typeof admin = {
      ...admin,
      async add(pool, entries, options) {
        await admin.add(pool, [{ key: 'a', holder: 'N9' }], { dryRun: false, fill: true })
        return admin.add(pool, entries, options)
      },
    }
    const { conflicts } = await importEntries([racing], P, [held('a', 'N1'), free('b')], DO)
    expect(conflicts).toEqual([{ entry: 'a', reason: 'was just given to N9 here' }])
    expect(admin.entries('p')).toHaveLength(1)
  })

  it('makes a pool, an empty one too', async () => {
    const admin = fakePoolAdmin({})
    expect(await importEntries([admin], P, [], DO)).toEqual({ ...NOTHING, created: true })
    expect(await importEntries([admin], P, [], DO)).toEqual(NOTHING)
  })

  it('writes ranges out for a table', async () => {
    const admin = fakePoolAdmin({}, { kind: 'mysql' })
    const pool = parsePoolName('mysql:t')
    const { added } = await importEntries([admin], pool, [free('x[1-3]'), held('y[1-3]', 'N1')], DO)
    expect(added).toEqual(['x1', 'x2', 'x3', 'y[1-3]'])
  })

  it('does not write out what is far too long', async () => {
    const admin = fakePoolAdmin({}, { kind: 'mysql' })
    const pool = parsePoolName('mysql:t')
    const refused = importEntries([admin], pool, [free('::-ffff::')], DO)
    await expect(refused).rejects.toMatchObject({ code: 'ZTP_INVALID_POOL' })
  })
})

const entry = fc
  .tuple(
    fc.constantFrom('leaf', 'LEAF', 'a b', "it's", 'x,y', '"', 'null', '0x', '# '),
    fc.nat(99),
    fc.option(fc.constantFrom('N1', 'N2', 'N3/lo', 'set aside'), { nil: undefined }),
    fc.constantFrom('reserved', 'in use', 'held'),
    fc.option(fc.nat(4e9), { nil: undefined }),
  )
  .map(([name, number, holder, state, since]): PoolEntryStatus => {
    const key = `${name}${number}`
    if (holder === undefined) return freeEntry(key)
    return heldEntry(key, holder, state, state === 'held' ? undefined : since)
  })
const pool = fc.uniqueArray(entry, { selector: (each) => each.key, maxLength: 30 })

it.each(POOL_FORMATS)('a pool that goes out and in again is the same: %s', async (format) => {
  await fc.assert(
    fc.asyncProperty(pool, async (entries) => {
      const from = there(...entries)
      const text = [...exportLines(await from.contents('p'), format)].join('')
      const { value = [] } = readEntries(text, 'in', format)
      const to = fakePoolAdmin({}, { kind: 'sqlite' })
      await importEntries([to], parsePoolName('sqlite:t'), value, DO)
      const plain = ({ key, holder }: PoolEntryStatus) => ({ key, holder })
      const compared = format === 'yaml' ? plain : (each: PoolEntryStatus) => each
      expect(to.entries('t').map(compared)).toEqual(entries.map(compared))
    }),
  )
})
