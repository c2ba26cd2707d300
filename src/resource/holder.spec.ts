import { describe, expect, it } from 'vitest'
import { holderKey, holderSpellings } from './holder.ts'

describe('holderSpellings', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['a serial number has one', 'JPE1/lo', ['JPE1/lo']],
    [
      'a MAC has those that are in use',
      '001c73aabbcc',
      [
        '001c73aabbcc',
        '00:1c:73:aa:bb:cc',
        '00-1c-73-aa-bb-cc',
        '001c.73aa.bbcc',
        '001C73AABBCC',
        '00:1C:73:AA:BB:CC',
        '00-1C-73-AA-BB-CC',
        '001C.73AA.BBCC',
      ],
    ],
  ]
  it.each(cases)('%s', (_name, holder, spellings) => {
    expect(holderSpellings(holder)).toEqual(spellings)
  })

  it('keeps the spelling asked for, and the label', () => {
    const spellings = holderSpellings('00:1c:73:AA:bb:cc/Lo')
    expect(spellings[0]).toBe('00:1c:73:AA:bb:cc/Lo')
    expect(new Set(spellings.map(holderKey))).toEqual(new Set(['001c73aabbcc/Lo']))
  })
})
