import { describe, expect, it } from 'vitest'
import {
  brokenPoolAdmin,
  fakePoolAdmin,
  freeEntry,
  heldEntry,
} from '../../resource/testing/fake-pool-admin.ts'
import { nodeId } from '../../resource/testing/requests.ts'
import { freeEntries, freeNodeInPool } from './free-entries.ts'
import { freeNode } from './free-node.ts'

const NOW = 1_000_000_000
const HOUR = 3_600_000
const HOW = { now: NOW, dryRun: false, force: false }
const MGMT = { kind: 'file', name: 'mgmt' } as const

function world() {
  const files = fakePoolAdmin({
    mgmt: [
      heldEntry('10.0.0.1/24', 'N1', 'in use', NOW - 2 * HOUR),
      heldEntry('10.0.0.2/24', 'N2', 'reserved', NOW - HOUR + 1),
      heldEntry('10.0.0.3/24', 'N1/lo', 'reserved', NOW - HOUR),
      freeEntry('10.0.0.4/24'),
      heldEntry('10.0.0.5/24', 'printer, floor 3'),
    ],
    names: [heldEntry('leaf1', '00:1C:73:aa:bb:cc'), heldEntry('leaf2', 'N1')],
  })
  const sqlite = fakePoolAdmin({ t: [heldEntry('x', 'N1', 'in use')] }, { kind: 'sqlite' })
  return { files, sqlite, admins: [files, sqlite] }
}

const holders = ({ files }: ReturnType<typeof world>, pool = 'mgmt') =>
  files.entries(pool).map((each) => each.holder)

describe('freeEntries', () => {
  it('frees, and says who had it and since when', async () => {
    const there = world()
    expect(await freeEntries(there.admins, MGMT, ['10.0.0.5/24', '10.0.0.1/24'], HOW)).toEqual({
      freed: [
        {
          pool: 'mgmt',
          entry: '10.0.0.1/24',
          holder: 'N1',
          state: 'in use',
          since: NOW - 2 * HOUR,
        },
        { pool: 'mgmt', entry: '10.0.0.5/24', holder: 'printer, floor 3', state: 'held' },
      ],
      alreadyFree: [],
      unknown: [],
      refused: [],
    })
    expect(holders(there)).toEqual([null, 'N2', 'N1/lo', null, null])
  })

  it('only tells in a dry run', async () => {
    const there = world()
    const { freed } = await freeEntries(there.admins, MGMT, ['10.0.0.1/24'], {
      ...HOW,
      dryRun: true,
    })
    expect(freed).toMatchObject([{ entry: '10.0.0.1/24', holder: 'N1' }])
    expect(holders(there)).toEqual(holders(world()))
  })

  it('has nothing to do with what is free', async () => {
    const { admins } = world()
    expect(await freeEntries(admins, MGMT, ['10.0.0.4/24', '10.0.0.4/24'], HOW)).toEqual({
      freed: [],
      alreadyFree: ['10.0.0.4/24'],
      unknown: [],
      refused: [],
    })
  })

  it.each([
    ['10.0.0.1', '10.0.0.1/24'],
    ['10.0.0.1/25', '10.0.0.1/24'],
    ['10.0.0.6/24', undefined],
    ['printer', undefined],
  ])('frees nothing when there is no %s', async (entry, meant) => {
    const there = world()
    const freeing = await freeEntries(there.admins, MGMT, ['10.0.0.1/24', entry], HOW)
    expect(freeing).toMatchObject({ freed: [], unknown: [{ entry, meant }] })
    expect(holders(there)).toEqual(holders(world()))
  })

  it('guesses a name that is spelt wrong', async () => {
    const { admins } = world()
    const names = { kind: 'file', name: 'names' } as const
    const { unknown } = await freeEntries(admins, names, ['laef1', 'spine1'], HOW)
    expect(unknown).toEqual([
      { entry: 'laef1', meant: 'leaf1' },
      { entry: 'spine1', meant: undefined },
    ])
  })

  it('frees nothing when one was given out within the hour, unless it is forced', async () => {
    const there = world()
    const wanted = ['10.0.0.1/24', '10.0.0.2/24', '10.0.0.3/24']
    expect(await freeEntries(there.admins, MGMT, wanted, HOW)).toMatchObject({
      freed: [],
      refused: [{ entry: '10.0.0.2/24', holder: 'N2' }],
    })
    expect(holders(there)).toEqual(holders(world()))
    const forced = await freeEntries(there.admins, MGMT, wanted, { ...HOW, force: true })
    expect(forced.freed).toHaveLength(3)
    expect(holders(there)).toEqual([null, null, null, null, 'printer, floor 3'])
  })

  it('says what was really freed when somebody is quicker', async () => {
    const { files } = world()
    const quick = {
      ...files,
      free: async () => [{ pool: 'mgmt', key: '10.0.0.1/24', from: 'N7', to: null }],
    }
    const { freed } = await freeEntries([quick], MGMT, ['10.0.0.1/24', '10.0.0.5/24'], HOW)
    expect(freed).toMatchObject([{ entry: '10.0.0.1/24', holder: 'N7' }])
  })
})

describe('freeNodeInPool', () => {
  it('frees all of a node in that pool, labels included, and nothing elsewhere', async () => {
    const there = world()
    const { freed } = await freeNodeInPool(there.admins, MGMT, nodeId('N1'), HOW)
    expect(freed.map((each) => each.entry)).toEqual(['10.0.0.1/24', '10.0.0.3/24'])
    expect(holders(there)).toEqual([null, 'N2', null, null, 'printer, floor 3'])
    expect(holders(there, 'names')).toEqual(['00:1C:73:aa:bb:cc', 'N1'])
  })

  it('knows a MAC in any spelling', async () => {
    const there = world()
    const pool = { kind: 'file', name: 'names' } as const
    await freeNodeInPool(there.admins, pool, nodeId('001c73aabbcc'), HOW)
    expect(holders(there, 'names')).toEqual([null, 'N1'])
  })
})

describe('freeNode', () => {
  it('frees all of a node in every pool of every place', async () => {
    const there = world()
    const { freed } = await freeNode(there.admins, nodeId('N1'), HOW)
    expect(freed.map(({ pool, entry, state }) => [pool, entry, state])).toEqual([
      ['mgmt', '10.0.0.1/24', 'in use'],
      ['mgmt', '10.0.0.3/24', 'reserved'],
      ['names', 'leaf2', 'held'],
      ['sqlite:t', 'x', 'in use'],
    ])
    expect(there.sqlite.entries('t')).toEqual([freeEntry('x')])
  })

  it('only tells in a dry run', async () => {
    const there = world()
    const { freed } = await freeNode(there.admins, nodeId('N1'), { ...HOW, dryRun: true })
    expect(freed).toHaveLength(4)
    expect(holders(there)).toEqual(holders(world()))
  })

  it('frees nothing anywhere when one was given out within the hour', async () => {
    const there = world()
    const { freed, refused } = await freeNode(there.admins, nodeId('N2'), HOW)
    expect([freed, refused]).toMatchObject([[], [{ entry: '10.0.0.2/24' }]])
    const forced = await freeNode(there.admins, nodeId('N2'), { ...HOW, force: true })
    expect(forced.freed).toHaveLength(1)
  })

  it('names the places that could not be asked, and frees in the others', async () => {
    const there = world()
    const admins = [...there.admins, brokenPoolAdmin('mysql', 'mysql does not answer')]
    const { freed, failures } = await freeNode(admins, nodeId('N1'), HOW)
    expect(freed).toHaveLength(4)
    expect(failures).toEqual([{ pool: 'mysql', reason: 'mysql does not answer' }])
  })
})
