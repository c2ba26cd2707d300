import { describe, expect, it } from 'vitest'
import { ZtpError } from '../../kernel/errors.ts'
import {
  brokenPoolAdmin,
  fakePoolAdmin,
  freeEntry,
  heldEntry,
} from '../../resource/testing/fake-pool-admin.ts'
import { listPools } from './list-pools.ts'
import { DEFAULT_SOON, parseSoon, percentUsed, shortageOf } from './usage.ts'

describe('listPools', () => {
  it('counts each state, ranges by their size, in the order of the names', async () => {
    const admin = fakePoolAdmin({
      names: [freeEntry('a'), heldEntry('b', 'N1')],
      'README.md': [],
      'site/README': [],
      'names~': [],
      mgmt: [
        heldEntry('x', 'N1', 'reserved'),
        heldEntry('y', 'N2', 'in use', 5),
        freeEntry('10.0.0.1-10.0.0.250', 250),
      ],
    })
    expect(await listPools([admin], DEFAULT_SOON)).toEqual({
      pools: [
        {
          kind: 'file',
          name: 'mgmt',
          usage: { entries: 252, free: 250, reserved: 1, inUse: 1, held: 0 },
          shortage: undefined,
        },
        {
          kind: 'file',
          name: 'names',
          usage: { entries: 2, free: 1, reserved: 0, inUse: 0, held: 1 },
          shortage: 'soon',
        },
      ],
      failures: [],
    })
  })

  it('shows the rest when a place is down or a pool is broken', async () => {
    const good = fakePoolAdmin({ a: [freeEntry('x')], b: [], c: [freeEntry('y')] })
    const admins = [
      {
        ...good,
        contents: async (pool: string) => {
          if (pool === 'b') throw new ZtpError('ZTP_INVALID_POOL', 'b is a list')
          return good.contents(pool)
        },
      },
      brokenPoolAdmin('postgres', 'connection refused'),
      fakePoolAdmin({ t: [freeEntry('z')] }, { kind: 'mysql' }),
    ]
    const { pools, failures } = await listPools(admins, DEFAULT_SOON)
    expect(pools.map((each) => each.name)).toEqual(['a', 'c', 't'])
    expect(failures).toEqual([
      { pool: 'b', reason: 'b is a list' },
      { pool: 'postgres', reason: 'connection refused' },
    ])
  })
})

const usage = (entries: number, free: number) => ({
  entries,
  free,
  reserved: entries - free,
  inUse: 0,
  held: 0,
})

describe('a shortage', () => {
  it.each([
    ['an empty pool', 0, 0, 'empty'],
    ['nothing left', 250, 0, 'exhausted'],
    ['one left', 250, 1, 'soon'],
    ['less than 10 %', 250, 24, 'soon'],
    ['10 %', 250, 25, undefined],
    ['fewer than 5 of a small pool', 8, 4, 'soon'],
    ['a small pool, most of it free', 8, 5, undefined],
    ['a tiny pool that nobody used', 2, 2, undefined],
    ['five free', 12, 5, undefined],
  ])('%s', (_name, entries, free, expected) => {
    expect(shortageOf(usage(entries, free), DEFAULT_SOON)).toBe(expected)
  })

  it.each([
    ['20', 1000, 19, 'soon'],
    ['20', 1000, 20, undefined],
    ['0', 1000, 1, undefined],
    ['15%', 100, 14, 'soon'],
    ['15 %', 100, 15, undefined],
    ['3', 2, 2, 'soon'],
  ])('--soon %s, of %i entries %i free', (text, entries, free, expected) => {
    expect(shortageOf(usage(entries, free), parseSoon(text))).toBe(expected)
  })

  it.each(['', 'few', '-1', '101%', '1.5', '9999999999'])('--soon %j is bad usage', (text) => {
    expect(() => parseSoon(text)).toThrow(/--soon takes a number of entries or a part/)
  })
})

it.each([
  [0, 0, 0],
  [3, 2, 33],
  [1000, 1, 99],
  [1000, 0, 100],
])('of %i entries %i free: %i %% used', (entries, free, percent) => {
  expect(percentUsed(usage(entries, free))).toBe(percent)
})
