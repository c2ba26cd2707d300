import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { setMapValues } from './edit.ts'
import { asMap, valueAt } from './lookup.ts'
import { parseYaml } from './parse.ts'
import { typed } from './testing/pyyaml.ts'

type Case = readonly [name: string, before: string, value: string | null, after: string]

/** In each of them the value of k is set. */
const CASES: readonly Case[] = [
  ['a null', 'k: null\n', 'ABC', 'k: ABC\n'],
  ['a value, to null', 'j: 1\nk: ABC # was used\n', null, 'j: 1\nk: null # was used\n'],
  ['nothing after the colon', 'k:\nj: 1\n', 'ABC', 'k: ABC\nj: 1\n'],
  ['nothing but a comment', 'k:   # free\n', 'ABC', 'k: ABC   # free\n'],
  ['nothing at the end of the file', 'k:', 'ABC', 'k: ABC'],
  ['no final newline', '# c\nk: null', 'ABC', '# c\nk: ABC'],
  ['CRLF line ends', 'k: null\r\nj: 1\r\n', 'ABC', 'k: ABC\r\nj: 1\r\n'],
  ['CRLF and nothing', 'k:\r\nj: 1\r\n', 'ABC', 'k: ABC\r\nj: 1\r\n'],
  ['a byte-order mark', '\ufeffk: null\n', 'ABC', '\ufeffk: ABC\n'],
  ['a quoted key', '"k": null\n', 'ABC', '"k": ABC\n'],
  ['space before the colon', "'k'  :  ~\n", 'ABC', "'k'  :  ABC\n"],
  ['a quoted value', "k: 'A''B' # c\n", 'ABC', 'k: ABC # c\n'],
  ['a value on the next line', 'k:\n  null # c\nj: 1\n', 'ABC', 'k:\n  ABC # c\nj: 1\n'],
  ['a flow map', '{j: null, k: X}\n', 'ABC', '{j: null, k: ABC}\n'],
  ['a flow map without a value', '{k: , j: 1}', 'ABC', '{k: ABC , j: 1}'],
  ['a flow map without a colon', '{k, j: 1}', 'ABC', '{k: ABC, j: 1}'],
  ['a marked key', '? k\n: null\n', 'ABC', '? k\n: ABC\n'],
  ['a marked key without a value', '? k # c\n? j\n', 'ABC', '? k # c\n: ABC\n? j\n'],
  ['a block text', 'k: |\n  x\n  y\nj: 1\n', 'ABC', 'k: ABC\nj: 1\n'],
  ['a list in the column of the key', 'k:\n- x\nj: 1\n', 'ABC', 'k: ABC\nj: 1\n'],
  ['a tagged value', 'k: !!null null\n', 'ABC', 'k: ABC\n'],
  ['an alias', 'j: &a X\nk: *a\n', 'ABC', 'j: &a X\nk: ABC\n'],
  ['the last of duplicates', 'k: A\nk: B\n', 'ABC', 'k: A\nk: ABC\n'],
  [
    'a key only a part of which is k',
    'kk: 1\nk: null\nj: {k: 1}\n',
    'A',
    'kk: 1\nk: A\nj: {k: 1}\n',
  ],
  ['digits', 'k: null\n', '12345678', "k: '12345678'\n"],
  ['octal digits', 'k: null\n', '0123', "k: '0123'\n"],
  ['a text that is no number to PyYAML', 'k: null\n', '1e5', 'k: 1e5\n'],
  ['the text null', 'k: ~\n', 'null', "k: 'null'\n"],
  ['the text yes', 'k: ~\n', 'yes', "k: 'yes'\n"],
  ['a label', 'k: ~\n', 'ABC/eth 1', 'k: ABC/eth 1\n'],
  ['a colon and a space', 'k: ~\n', 'a: b', "k: 'a: b'\n"],
  ['line ends in the value', 'k: ~\n', 'a\nb', 'k: "a\\nb"\n'],
]

describe('setMapValues changes the value and no other byte', () => {
  it.each(CASES)('%s', (_name, before, value, after) => {
    expect(setMapValues(before, new Map([['k', value]]))).toBe(after)
  })

  it('changes several, in any order', () => {
    const changes = new Map([
      ['c', 'Z'],
      ['a', null],
    ])
    expect(setMapValues('a: X\nb: Y\nc:\n', changes)).toBe('a: null\nb: Y\nc: Z\n')
  })

  it('finds keys as written', () => {
    const text = '001122334455: null\n0x1F: null\n'
    expect(setMapValues(text, new Map([['001122334455', 'A']]))).toBe(
      '001122334455: A\n0x1F: null\n',
    )
  })

  it.each([
    ['a key that is not there', 'a: 1\n', /no such key/],
    ['a key that a merge brings in', 'a: &a {k: 1}\n<<: *a\n', /no such key/],
    ['a value others refer to', 'k: &x 1\nj: *x\n', /anchor/],
    ['a text that is not YAML', 'a: `\n', /line 1: ` cannot stand here/],
    ['a list', '[k: 1]', /no such key/],
  ])('refuses %s', (_name, text, message) => {
    expect(() => setMapValues(text, new Map([['k', 'A']]))).toThrow(message)
  })

  it('writes any text so that it reads back, block and flow', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        for (const text of ['k: null\n', '{j: 1, k: null}\n']) {
          const root = asMap(parseYaml(setMapValues(text, new Map([['k', value]])), 'f').value)
          expect(typed(root && valueAt(root, 'k'))).toEqual(['str', value])
        }
      }),
    )
  })
})
