import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { setMapValues } from './edit.ts'
import { asMap } from './lookup.ts'
import { parseYaml } from './parse.ts'
import {
  commentOfLine,
  keyOfLine,
  keyText,
  middleOfLine,
  newValue,
  type PoolLine,
  readPoolLines,
  valueOfLine,
} from './pool-lines.ts'
import { isPlainText } from './pool-text.ts'
import { replaceSpans } from './replace-spans.ts'

/** @returns undefined for what is not lines of `KEY: VALUE` */
function read<T>(text: string, visit: (bytes: Buffer, line: PoolLine) => T): T[] | undefined {
  const bytes = Buffer.from(text)
  const found: T[] = []
  if (!isPlainText(bytes)) return undefined
  return readPoolLines(bytes, (line) => found.push(visit(bytes, line))) ? found : undefined
}

function linesOf(text: string): readonly (readonly [string, string | null])[] | undefined {
  return read(text, (bytes, line) => [keyOfLine(bytes, line), valueOfLine(bytes, line)])
}

/** What the real parser sees: keys and values as written; null where the value is one. */
function parsed(text: string) {
  const { value } = parseYaml(text, 'pool')
  if (value?.kind === 'scalar' && value.value === null) return new Map()
  return (
    value &&
    new Map(
      asMap(value)?.entries.map(({ key, value: held }) => [
        key.text,
        held.kind !== 'scalar' ? held.kind : held.value === null ? null : held.text,
      ]),
    )
  )
}

describe('readPoolLines', () => {
  it.each([
    [
      'nulls and ids',
      '10.0.0.1/24: null\n10.0.0.2/24: ABC123\n',
      [
        ['10.0.0.1/24', null],
        ['10.0.0.2/24', 'ABC123'],
      ],
    ],
    [
      'nothing after the colon',
      'a:\nb: # c\nc:',
      [
        ['a', null],
        ['b', null],
        ['c', null],
      ],
    ],
    ['comments, blank lines, a marker', '---\n# c\n\n  # d\na: X  # e\n', [['a', 'X']]],
    [
      'CRLF',
      'a: null\r\n\r\nb: X\r\n',
      [
        ['a', null],
        ['b', 'X'],
      ],
    ],
    ['a byte-order mark', '\ufeffa: ~\n', [['a', null]]],
    [
      'colons in keys',
      'fe80::1: X\n00:1c:73:00:00:01: null\n',
      [
        ['fe80::1', 'X'],
        ['00:1c:73:00:00:01', null],
      ],
    ],
    [
      'digits and quotes',
      '1: 0123\n2: \'0123\'\n3: "null"\n',
      [
        ['1', '0123'],
        ['2', '0123'],
        ['3', 'null'],
      ],
    ],
    ['an empty text', '', []],
    [
      'words, quotes and what is in them',
      "a: set aside  # c\nb: 'it''s: # x'\nc: \"d\u00e9 'e'\"\n",
      [
        ['a', 'set aside'],
        ['b', "it's: # x"],
        ['c', "d\u00e9 'e'"],
      ],
    ],
    [
      'quoted keys and brackets',
      '\'007\': null\n"a b": X\nleaf[01-64]: null\n',
      [
        ['007', null],
        ['a b', 'X'],
        ['leaf[01-64]', null],
      ],
    ],
  ])('reads %s', (_name, text, entries) => {
    expect(linesOf(text)).toEqual(entries)
  })

  it.each([
    ['a continued value', 'a: X\n  Y\n'],
    ['a nested map', 'a:\n  b: c\n'],
    ['a list', 'a:\n- b\n'],
    ['a flow map', '{a: b}\n'],
    ['a quoted key with a quote in it', "'a''b': null\n"],
    ['a back-slash in double quotes', 'a: "b\\n"\n'],
    ['a quoted key without an end', "'a: null\n"],
    ['a list as a key', '[a]: null\n'],
    ['an octal key', '0123: null\n'],
    ['a date as a value', 'a: 2024-02-30\n'],
    ['a tab', 'a:\tb\n'],
    ['no space after the colon', 'a:b\n'],
    ['a comment that touches', "a: 'b'#c\n"],
    ['a second document', 'a: b\n---\nc: d\n'],
    ['a control character in a comment', 'a: b # \x07\n'],
    ['a lone carriage return', 'a: b # c\rd: e\n'],
    ['a merge key', '<<: b\n'],
    ['a boolean key', 'yes: b\n'],
  ])('leaves %s to the parser', (_name, text) => {
    expect(linesOf(text)).toBeUndefined()
  })

  const word = fc.constantFrom(
    ...[
      'a',
      'leaf-1',
      '10.0.0.1/24',
      '1',
      '01',
      '0x1',
      '1.5',
      'null',
      '~',
      '',
      'yes',
      '1:30',
      '::1',
    ],
    ...[
      '"q"',
      "'q'",
      '"null"',
      "''",
      '2024-01-01',
      '2024-02-30',
      'a b',
      'a:',
      '-',
      '--',
      '---',
      '.',
      '1_0',
    ],
    ...[
      '<<',
      '=',
      '0b_',
      '.inf',
      '1e5',
      'a#b',
      '!x',
      '&a',
      '*a',
      '[',
      '{}',
      'ABC/eth1',
      'a/b:c',
      '-1',
    ],
    ...[
      "'it''s'",
      "'a: b # c'",
      '"a\\"',
      "'\u00e9'",
      'a[1-2]',
      'a b c',
      '2024-01-01 12:00:00',
      'a [b]',
    ],
    ...['b # c', ':b', 'no b', '12 34', 'a]', '..', '...', '1.2.3', '1::2', 'longword', "'", '""'],
  )
  const space = fc.constantFrom('', ' ', ' ', ' ', '  ', '\t')
  const comment = fc.constantFrom('', '', '', '# c', ' # c', ' #', '#é')
  const line = fc.oneof(
    { weight: 8, arbitrary: fc.tuple(word, fc.constant(':'), space, word, space, comment) },
    { weight: 1, arbitrary: fc.tuple(space, comment) },
    { weight: 1, arbitrary: fc.tuple(space, word) },
  )
  const text = fc
    .tuple(
      fc.constantFrom('', '', '\ufeff', '---\n'),
      fc.array(
        line.map((parts) => parts.join('')),
        { maxLength: 4 },
      ),
      fc.constantFrom('\n', '\n', '\r\n', '\r'),
      fc.boolean(),
    )
    .map(([head, lines, end, last]) => head + lines.join(end) + (last ? end : ''))

  it('agrees with the parser on all it accepts', () => {
    let accepted = 0
    fc.assert(
      fc.property(text, (pool) => {
        const lines = linesOf(pool)
        if (lines === undefined) return
        accepted += 1
        expect(new Map(lines.map(([key, value]) => [key, value]))).toEqual(parsed(pool))
      }),
      { numRuns: 10_000 },
    )
    expect(accepted).toBeGreaterThan(1000)
  })

  it('edits as setMapValues does', () => {
    const values = fc.constantFrom(null, 'ABC', '0123', 'null', "rack 7's")
    fc.assert(
      fc.property(text, values, (pool, value) => {
        const last = read(pool, (bytes, line) => ({
          key: keyOfLine(bytes, line),
          change: newValue(line, value),
        }))?.at(-1)
        if (last === undefined) return
        const bytes = Buffer.from(pool).toString('latin1')
        const edited = Buffer.from(replaceSpans(bytes, [last.change]), 'latin1').toString()
        expect(edited).toBe(setMapValues(pool, new Map([[last.key, value]])))
      }),
      { numRuns: 5000 },
    )
  })

  it('tells key, value and comment of a line apart', () => {
    const parts = read("'a b':  x  # c \r\nb: # d\nc:", (bytes, line) => [
      middleOfLine(bytes, line),
      commentOfLine(bytes, line),
    ])
    expect(parts).toEqual([
      [':  x', '# c'],
      [':', '# d'],
      [':', ''],
    ])
  })

  it('reads a million lines', { timeout: 120_000 }, () => {
    const keys = Array.from({ length: 1_000_000 }, (_, at) => `10.${at >> 16}.${at % 65536}/24`)
    let count = 0
    const bytes = Buffer.from(`${keys.join(': null\n')}: X`)
    expect(readPoolLines(bytes, () => (count += 1))).toBe(true)
    expect(count).toBe(1_000_000)
  })
})

describe('keyText', () => {
  const keys: readonly (readonly [string, string])[] = [
    ['10.0.0.1/24', '10.0.0.1/24'],
    ['100', '100'],
    ['leaf[01-64]', 'leaf[01-64]'],
    ['[1-2]', "'[1-2]'"],
    ['007', "'007'"],
    ['null', "'null'"],
    ['a b', 'a b'],
    ["'x'", "'''x'''"],
  ]
  it.each(keys)('writes %s as %s', (key, written) => {
    expect(keyText(key)).toBe(written)
    expect(parsed(`${written}: X`)).toEqual(new Map([[key, 'X']]))
  })
})
