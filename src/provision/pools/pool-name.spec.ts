import { describe, expect, it } from 'vitest'
import {
  brokenPoolAdmin,
  fakePoolAdmin,
  freeEntry,
} from '../../resource/testing/fake-pool-admin.ts'
import { contentsOf, parsePoolName, poolLabel } from './pool-name.ts'

const ADMINS = [
  fakePoolAdmin({ mgmt: [freeEntry('a')], 'sqlite:odd': [], 'site/names': [] }),
  fakePoolAdmin({ loopbacks: [freeEntry('b')], leaf_names: [] }, { kind: 'sqlite' }),
  brokenPoolAdmin('mysql', 'mysql does not answer'),
]

describe('the name of a pool', () => {
  it.each([
    ['mgmt', { kind: 'file', name: 'mgmt' }],
    ['site/mgmt', { kind: 'file', name: 'site/mgmt' }],
    ['postgres:mgmt', { kind: 'postgres', name: 'mgmt' }],
    ['mysql:', { kind: 'mysql', name: '' }],
    ['a:b', { kind: 'file', name: 'a:b' }],
    ['file:sqlite:odd', { kind: 'file', name: 'sqlite:odd' }],
    ['', { kind: 'file', name: '' }],
  ] as const)('%s is read and written', (text, pool) => {
    expect(parsePoolName(text)).toEqual(pool)
    expect(poolLabel(pool)).toBe(text)
  })
})

describe('contentsOf', () => {
  it.each(['mgmt', 'sqlite:loopbacks', 'file:sqlite:odd'])('finds %s', async (text) => {
    const pool = parsePoolName(text)
    expect(await contentsOf(ADMINS, pool)).toMatchObject(pool)
  })

  it.each([
    ['mgnt', 'there is no file pool mgnt; did you mean mgmt?'],
    ['loopbacks', 'there is no file pool loopbacks; did you mean sqlite:loopbacks?'],
    ['sqlite:mgmt', 'there is no sqlite pool mgmt; did you mean mgmt?'],
    ['sqlite:leafnames', 'there is no sqlite pool leafnames; did you mean sqlite:leaf_names?'],
    ['nothing-like-it', 'there is no file pool nothing-like-it'],
    [
      'postgres:mgmt',
      'there is no pool postgres:mgmt: [postgres] url is not set; did you mean mgmt?',
    ],
  ])('misses %s', async (text, message) => {
    const refused = contentsOf(ADMINS, parsePoolName(text))
    await expect(refused).rejects.toMatchObject({ code: 'ZTP_MISSING_POOL', message })
  })

  it('has the order of allocation, and for PostgreSQL that of names', async () => {
    const entries = ['leaf10', 'leaf9', '10.0.0.2/24', '10.0.0.10/24'].map((key) => freeEntry(key))
    const keysOf = async (kind: 'mysql' | 'postgres') => {
      const pool = { kind, name: 't' }
      const contents = await contentsOf([fakePoolAdmin({ t: entries }, { kind })], pool)
      return contents.entries.map((each) => each.key)
    }
    expect(await keysOf('mysql')).toEqual(entries.map((each) => each.key))
    expect(await keysOf('postgres')).toEqual(['10.0.0.2/24', '10.0.0.10/24', 'leaf9', 'leaf10'])
  })

  it('keeps every other failure as it is', async () => {
    const refused = contentsOf(ADMINS, parsePoolName('mysql:mgmt'))
    await expect(refused).rejects.toMatchObject({
      code: 'ZTP_STORE_FAILED',
      message: 'mysql does not answer',
    })
  })
})
