import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { setMapValues } from './edit.ts'
import { asMap } from './lookup.ts'
import { parseYaml } from './parse.ts'
import { readPoolLines, setPoolLines } from './pool-lines.ts'

function linesOf(text: string) {
  const lines = readPoolLines(text)
  return lines && Array.from({ length: lines.size }, (_, at) => [lines.key(at), lines.value(at)])
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
  ])('reads %s', (_name, text, entries) => {
    expect(linesOf(text)).toEqual(entries)
  })

  it.each([
    ['a continued value', 'a: X\n  Y\n'],
    ['a nested map', 'a:\n  b: c\n'],
    ['a list', 'a:\n- b\n'],
    ['a flow map', '{a: b}\n'],
    ['a quoted key', '"a": null\n'],
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
    fc.assert(
      fc.property(text, fc.constantFrom(null, 'ABC', '0123', 'null'), (pool, value) => {
        const lines = readPoolLines(pool)
        if (lines === undefined || lines.size === 0) return
        const last = lines.size - 1
        const changes = new Map([[lines.key(last), value]])
        expect(setPoolLines(pool, lines, new Map([[last, value]]))).toBe(
          setMapValues(pool, changes),
        )
      }),
      { numRuns: 5000 },
    )
  })

  it('reads a million lines', () => {
    const keys = Array.from({ length: 1_000_000 }, (_, at) => `10.${at >> 16}.${at % 65536}/24`)
    const lines = readPoolLines(`${keys.join(': null\n')}: X`)
    expect([lines?.size, lines?.key(999_999), lines?.value(999_999)]).toEqual([
      1_000_000,
      keys[999_999],
      'X',
    ])
  })
})
