import { describe, expect, it } from 'vitest'
import { fakePoolAdmin, freeEntry, heldEntry } from '../../resource/testing/fake-pool-admin.ts'
import { addEntries } from './add-entries.ts'
import { parsePoolName } from './pool-name.ts'

const DO = { asRange: false, force: false, dryRun: false }

function world() {
  const files = fakePoolAdmin({
    mgmt: [
      heldEntry('10.0.0.1/24', 'N1'),
      freeEntry('10.0.0.2/24'),
      freeEntry('10.0.0.100-10.0.0.199/24', 100),
    ],
    names: [freeEntry('leaf01')],
  })
  const sqlite = fakePoolAdmin({}, { kind: 'sqlite' })
  const keys = (pool: string) => files.entries(pool).map((each) => each.key)
  return { files, sqlite, admins: [files, sqlite], keys }
}

const add = (there: ReturnType<typeof world>, pool: string, ranges: readonly string[], how = DO) =>
  addEntries(there.admins, parsePoolName(pool), ranges, how)

describe('addEntries', () => {
  it('writes ranges out, and leaves alone what is there', async () => {
    const there = world()
    expect(
      await add(there, 'mgmt', ['10.0.0.1-10.0.0.4/24', '10.0.0.150/24', '10.0.0.3/24']),
    ).toEqual({
      added: ['10.0.0.3/24', '10.0.0.4/24'],
      present: [
        { entry: '10.0.0.1/24', holder: 'N1' },
        { entry: '10.0.0.2/24', holder: null },
        { entry: '10.0.0.150/24', holder: null },
      ],
      clashes: [],
      odd: [],
      created: false,
    })
    expect(there.keys('mgmt').slice(3)).toEqual(['10.0.0.3/24', '10.0.0.4/24'])
  })

  it.each([
    ['names', ['leaf[01-03]'], ['leaf02', 'leaf03']],
    ['sqlite:new', ['2001:db8::9-2001:db8::a/64'], ['2001:db8::9/64', '2001:db8::a/64']],
  ])('to %s: %j', async (pool, ranges, added) => {
    expect(await add(world(), pool, ranges)).toMatchObject({ added, clashes: [] })
  })

  it('makes a pool that is not there, and only says so in a dry run', async () => {
    const there = world()
    const dry = await add(there, 'sqlite:new', ['a'], { ...DO, dryRun: true })
    expect(dry).toEqual({ added: ['a'], present: [], clashes: [], odd: [], created: true })
    expect(await there.sqlite.pools()).toEqual([])
    expect(await add(there, 'sqlite:new', ['a'])).toEqual(dry)
    expect(there.sqlite.entries('new')).toEqual([freeEntry('a')])
    expect(await add(there, 'sqlite:new', ['a'])).toMatchObject({ added: [], created: false })
  })

  it('writes a range into a file as it is', async () => {
    const there = world()
    const how = { ...DO, asRange: true }
    const adding = await add(
      there,
      'mgmt',
      ['10.0.1.1-10.0.1.9/24', '10.0.0.110-10.0.0.120/24'],
      how,
    )
    expect(adding).toMatchObject({
      added: ['10.0.1.1-10.0.1.9/24'],
      present: [{ entry: '10.0.0.110-10.0.0.120/24', holder: null }],
    })
    expect(there.keys('mgmt').at(-1)).toBe('10.0.1.1-10.0.1.9/24')
  })

  it.each([
    ['10.0.0.1/25', '10.0.0.1/24'],
    ['10.0.0.120/16', '10.0.0.100-10.0.0.199/24'],
  ])('adds nothing when %s is there as %s', async (key, other) => {
    const there = world()
    const before = there.keys('mgmt')
    expect(await add(there, 'mgmt', ['10.0.0.9/24', key])).toEqual({
      added: [],
      present: [],
      clashes: [{ key, other }],
      odd: [],
      created: false,
    })
    expect(there.keys('mgmt')).toEqual(before)
  })

  it('adds nothing when two of the new ones are one address', async () => {
    const { clashes } = await add(world(), 'sqlite:new', ['::1/64', '0::1/64'])
    expect(clashes).toEqual([{ key: '0::1/64', other: '::1/64' }])
  })

  it.each([
    ['mgmt', '10.0.0.9', 'an IPv4 address without prefix length', '10.0.0.1/24'],
    ['mgmt', 'leaf1', 'a name', '10.0.0.1/24'],
    ['names', '::1/64', 'an IPv6 address with its prefix length', 'leaf01'],
    ['names', '7', 'a number', 'leaf01'],
  ])('adds nothing of another kind to %s: %s', async (pool, key, kind, usual) => {
    const there = world()
    const before = there.keys(pool)
    const adding = await add(there, pool, [key])
    expect(adding).toMatchObject({ added: [], odd: [{ key, kind, other: { key: usual } }] })
    expect(there.keys(pool)).toEqual(before)
    expect(await add(there, pool, [key], { ...DO, force: true })).toMatchObject({ added: [key] })
  })

  it('takes the first for the usual kind in a new pool', async () => {
    const { odd } = await add(world(), 'sqlite:new', ['leaf1', 'leaf2', '10.0.0.1/24'])
    expect(odd).toMatchObject([{ key: '10.0.0.1/24', other: { key: 'leaf1', kind: 'a name' } }])
  })

  const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['sqlite:new', ['10.0.0.9-10.0.0.1'], /goes backwards: write 10.0.0.1-10.0.0.9/],
    [
      'sqlite:new',
      ['10.0.0.0-10.255.255.255/8'],
      /makes it 16777216 entries, and 1000000 are the most/,
    ],
    ['sqlite:new', ['a', ''], /the key is empty/],
    ['sqlite:new', [' a'], /begins or ends with a space/],
    ['mysql:new', ['a'], /there is no pool mysql:new: \[mysql\] url is not set/],
  ]
  it.each(refused)('refuses for %s: %j', async (pool, ranges, message) => {
    const there = world()
    await expect(add(there, pool, ranges)).rejects.toThrow(message)
    expect(await there.sqlite.pools()).toEqual([])
  })

  it('has no ranges as they are for a table', async () => {
    const refused = add(world(), 'sqlite:new', ['a[1-2]'], { ...DO, asRange: true })
    await expect(refused).rejects.toMatchObject({ code: 'ZTP_USAGE' })
  })

  it('looks again when somebody is quicker', async () => {
    const there = world()
    const { files } = there
    let first = true
    const racing = {
      ...files,
      async add(...args: Parameters<typeof files.add>) {
        if (first) await files.add('names', [{ key: 'leaf02', holder: 'N2' }], { dryRun: false })
        first = false
        return files.add(...args)
      },
    }
    const pool = parsePoolName('names')
    expect(await addEntries([racing], pool, ['leaf02', 'leaf03'], DO)).toMatchObject({
      added: ['leaf03'],
      present: [{ entry: 'leaf02', holder: 'N2' }],
    })
  })
})
