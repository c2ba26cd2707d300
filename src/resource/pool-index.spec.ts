import { describe, expect, it } from 'vitest'
import { parsePool } from './pool-file.ts'
import { createPoolIndex, type PoolIndex } from './pool-index.ts'

function index(text: string): PoolIndex {
  return createPoolIndex(parsePool(text, 'resources/p').value ?? [])
}

describe('createPoolIndex', () => {
  it('finds the first free entry in the order of the file, also after one was freed', () => {
    const pool = index('b: N1\na: null\nc: null\n')
    expect(pool.firstFree()).toBe('a')
    pool.set('a', 'N2')
    expect(pool.firstFree()).toBe('c')
    pool.set('b', null)
    expect(pool.firstFree()).toBe('b')
  })

  it('knows when none is free', () => {
    expect(index('a: N1\n').firstFree()).toBeUndefined()
    expect(index('').firstFree()).toBeUndefined()
  })

  const same: readonly (readonly [string, string, string, boolean])[] = [
    ['the same text', 'JPE1', 'JPE1', true],
    ['a MAC in other writing', '00:1C:73:aa:bb:cc', '001c73aabbcc', true],
    ['a MAC and its label', '001c.73aa.bbcc/lo', '001c73aabbcc/lo', true],
    ['a label', 'JPE1', 'JPE1/lo', false],
    ['another case', 'JPE1', 'jpe1', false],
    ['another label', 'JPE1/a', 'JPE1/b', false],
  ]
  it.each(same)('compares holders: %s', (_name, written, asked, found) => {
    expect(index(`a: ${written}\n`).keyOf(asked)).toBe(found ? 'a' : undefined)
  })

  it('answers the first of several entries, the preferred one, and the one that is left', () => {
    const pool = index('a: N1\nb: N1\n')
    expect(pool.keyOf('N1')).toBe('a')
    pool.prefer('b')
    expect(pool.keyOf('N1')).toBe('b')
    pool.set('b', null)
    expect(pool.keyOf('N1')).toBe('a')
    pool.set('a', 'N2')
    expect([pool.keyOf('N1'), pool.keyOf('N2'), pool.holderOf('b')]).toEqual([undefined, 'a', null])
  })

  it('leaves out a key that the pool does not have', () => {
    const pool = index('a: null\n')
    pool.set('zz', 'N1')
    expect([pool.keyOf('N1'), pool.holderOf('zz'), pool.holderOf('a')]).toEqual([
      undefined,
      undefined,
      null,
    ])
  })
})
