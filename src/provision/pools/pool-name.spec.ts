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

  it('keeps every other failure as it is', async () => {
    const refused = contentsOf(ADMINS, parsePoolName('mysql:mgmt'))
    await expect(refused).rejects.toMatchObject({
      code: 'ZTP_STORE_FAILED',
      message: 'mysql does not answer',
    })
  })
})
