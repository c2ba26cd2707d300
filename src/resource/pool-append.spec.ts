import { describe, expect, it } from 'vitest'
import { appendLines } from './pool-append.ts'

const NEW = [
  { key: '10.0.0.9/24', holder: null },
  { key: 'b', holder: 'N1/lo' },
]

describe('appendLines', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['lines', '# c\na: N1 # x\n', '# c\na: N1 # x\n10.0.0.9/24: null\nb: N1/lo\n'],
    ['no line end at the end', 'a: null', 'a: null\n10.0.0.9/24: null\nb: N1/lo\n'],
    ['a comment at the end', 'a:\n# end', 'a:\n# end\n10.0.0.9/24: null\nb: N1/lo\n'],
    ['Windows line ends', 'a: X\r\n', 'a: X\r\n10.0.0.9/24: null\r\nb: N1/lo\r\n'],
    ['nothing', '', '10.0.0.9/24: null\nb: N1/lo\n'],
    ['a byte-order mark alone', '\ufeff', '\ufeff10.0.0.9/24: null\nb: N1/lo\n'],
    ['comments alone', '# mgmt\n', '# mgmt\n10.0.0.9/24: null\nb: N1/lo\n'],
    ['an empty map', '# mgmt\n{}  # none\n', '# mgmt\n  # none\n10.0.0.9/24: null\nb: N1/lo\n'],
    ['a null', '--- null\n', '--- \n10.0.0.9/24: null\nb: N1/lo\n'],
    ['indented entries', '  a: null\n', '  a: null\n  10.0.0.9/24: null\n  b: N1/lo\n'],
    ['other YAML', 'a: "x\n  y"\n', 'a: "x\n  y"\n10.0.0.9/24: null\nb: N1/lo\n'],
  ]
  it.each(cases)('after %s', (_name, text, expected) => {
    expect(appendLines(text, NEW, 'p')).toBe(expected)
  })

  const keys: readonly (readonly [string, string])[] = [
    ['100', '100: null\n'],
    ['007', "'007': null\n"],
    ['no', "'no': null\n"],
    ['a b', 'a b: null\n'],
    ['<<', "'<<': null\n"],
    ['x: y', "'x: y': null\n"],
    ['fe80::1/64', 'fe80::1/64: null\n'],
  ]
  it.each(keys)('writes the key %s so that it reads back', (key, expected) => {
    expect(appendLines('', [{ key, holder: null }], 'p')).toBe(expected)
  })

  const refused: readonly (readonly [string, string, RegExp])[] = [
    ['a flow map', '{a: null}\n', /^p: entries cannot be appended.* flow map/],
    ['a text with an end', 'a: null\n...\n', /^p: entries cannot be appended/],
    ['a list', '- a\n', /^p:1:1: a pool is a map/],
  ]
  it.each(refused)('refuses %s', (_name, text, message) => {
    expect(() => appendLines(text, NEW, 'p')).toThrow(message)
  })

  it('changes nothing when there is nothing to add', () => {
    expect(appendLines('{a: null}', [], 'p')).toBe('{a: null}')
  })
})
