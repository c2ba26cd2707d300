import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Float } from '../kernel/value.ts'
import rows from './fixtures/pyyaml-scalars.json' with { type: 'json' }
import { asMap, asScalar, entryOf, valueAt } from './lookup.ts'
import { parseYaml } from './parse.ts'
import { documents, soup } from './testing/documents.ts'
import { readWithPyYaml, typed } from './testing/pyyaml.ts'
import { toValue } from './to-value.ts'

type Row = { readonly type: string; readonly value?: unknown }

function read(text: string) {
  const { value, diagnostics } = parseYaml(text, 'file')
  if (value === undefined) throw new Error(JSON.stringify(diagnostics))
  return toValue(value)
}

function asFixture(text: string): Row {
  const { value } = parseYaml(`k: ${text}`, 'file')
  const root = asMap(value)
  const found = root && valueAt(root, 'k')
  if (found === undefined) return { type: 'error' }
  const [type, shown] = typed(found)
  return { type, value: shown }
}

/** The fixture's own words for what `typed` says. */
function expected(row: Row, text: string): Row {
  if (row.type === 'date') return { type: 'str', value: asFixture(text).value }
  if (row.type === 'null' || row.type === 'error') return { type: row.type, value: undefined }
  if (row.type === 'list') return { type: 'list', value: LIST }
  if (row.type === 'dict') return { type: 'map', value: MAP }
  return { type: row.type, value: row.value }
}

const LIST = [
  ['int', '1'],
  ['str', 'two'],
  ['float', '3.0'],
  ['bool', true],
]
const MAP = [
  [
    ['str', 'a'],
    ['int', '1'],
  ],
  [
    ['str', 'b'],
    ['bool', false],
  ],
]

describe('a scalar reads as PyYAML reads it', () => {
  it.each(Object.entries<Row>(rows))('k: %s', (text, row) => {
    const found = asFixture(text)
    if (text === '[]' || text === '{}') expect(found.value).toEqual([])
    else expect(found).toEqual(expected(row, text))
  })
})

describe('dates are ISO text', () => {
  it.each([
    ['2024-01-01', '2024-01-01'],
    ['2024-02-29', '2024-02-29'],
    ['2024-1-1 1:02:03', '2024-01-01T01:02:03'],
    ['2024-01-01T00:00:00Z', '2024-01-01T00:00:00+00:00'],
    ['2001-12-14t21:59:43.10-05:00', '2001-12-14T21:59:43.100000-05:00'],
  ])('%s', (text, iso) => {
    expect(read(text)).toBe(iso)
  })

  it.each(['2023-02-29', '0000-01-01', '2024-13-01', '2024-01-01 24:00:00'])(
    'refuses %s',
    (text) => {
      expect(parseYaml(text, 'file').diagnostics[0]?.message).toMatch(/no date or time/)
    },
  )
})

describe('parseYaml', () => {
  const cases: readonly (readonly [string, string, unknown])[] = [
    ['an empty text', '', null],
    ['comments alone', '# a\n', null],
    ['a byte-order mark', '\ufeffa: 1\n', { a: 1 }],
    ['CRLF line ends', 'a: 1\r\nb:\r\n- x\r\n', { a: 1, b: ['x'] }],
    ['a list in the column of its key', 'a:\n- 1\n- 2\nb: 3', { a: [1, 2], b: 3 }],
    [
      'a merge key',
      'a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}',
      { a: { x: 1, y: 2 }, b: { x: 1, y: 3 } },
    ],
    [
      'a list of merges, the first the strongest',
      'a: &a {x: 1}\nb: &b {x: 2, y: 2}\nc:\n  <<: [*a, *b]',
      { a: { x: 1 }, b: { x: 2, y: 2 }, c: { x: 1, y: 2 } },
    ],
    ['anchors and aliases', 'a: &x [1]\nb: *x', { a: [1], b: [1] }],
    ['a literal block', 'a: |\n  x\n   y\n\n  z\n', { a: 'x\n y\n\nz\n' }],
    ['a folded block', 'a: >-\n  x\n  y\n\n  z\n', { a: 'x y\nz' }],
    ['a block that keeps line ends', 'a: |+\n  x\n\nb: 1', { a: 'x\n\n', b: 1 }],
    ['a flow map closed in column 1', 'a: {\nb: 1,\n}\n', { a: { b: 1 } }],
    ['quoted text over lines', 'a: "x\n  y\\\n  z"', { a: 'x yz' }],
    ['a marked key', '? a\n: b', { a: 'b' }],
    ['a document in markers', '%YAML 1.1\n---\na: 1\n...\n', { a: 1 }],
  ]
  it.each(cases)('reads %s', (_name, text, value) => {
    expect(plain(read(text))).toEqual(value)
  })

  it('keeps the text as written beside the value', () => {
    const root = asMap(parseYaml('node: 001122334455\n"1": 0x1F', 'file').value)
    const node = root && asScalar(valueAt(root, 'node'))
    expect(node).toMatchObject({ text: '001122334455', value: 155826477, plain: true })
    expect(root && entryOf(root, '1')).toMatchObject({
      key: { value: '1', plain: false, place: { line: 2, column: 1 } },
      value: { text: '0x1F', value: 31, place: { line: 2, column: 6 } },
    })
  })

  it('keeps integers exact and floats apart', () => {
    expect(read('[9007199254740993, 1.0]')).toEqual([9007199254740993n, new Float(1)])
  })

  it('shares what aliases point to', () => {
    const root = asMap(parseYaml('a: &x {b: 1}\nc: *x', 'file').value)
    expect(root?.entries[0]?.value).toBe(root?.entries[1]?.value)
  })

  it('takes the last of duplicate keys, and warns', () => {
    const { value, diagnostics } = parseYaml('a: 1\nb: 2\na: 3\n', 'pools/x')
    expect(value && [...(asMap(value)?.entries ?? [])].map((each) => typed(each.value))).toEqual([
      ['int', '3'],
      ['int', '2'],
    ])
    expect(diagnostics).toEqual([
      {
        code: 'ZTP_DUPLICATE_KEY',
        severity: 'warning',
        file: 'pools/x',
        line: 3,
        column: 1,
        message: 'the key "a" is already on line 1; the last one counts',
        source: 'a: 3',
      },
    ])
  })

  it('has no warning for a key that beats a merged one', () => {
    expect(parseYaml('a: &a {x: 1}\nb: {<<: *a, x: 2}', 'file').diagnostics).toEqual([])
  })
})

function plain(value: ReturnType<typeof read>): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([k, v]) => [k, plain(v)]))
  return Array.isArray(value) ? value.map(plain) : value
}

describe('against python3 with PyYAML', () => {
  it.each([
    ['nested documents', documents],
    ['lines of fragments', soup],
  ])('agrees on %s', (_name, arbitrary) => {
    // One process for the whole sample: starting Python for each would take minutes.
    const seed = Math.trunc(Math.random() * 2 ** 31)
    const texts = fc.sample(arbitrary, { numRuns: 3000, seed })
    const theirs = readWithPyYaml(texts)
    const ours = texts.map((text) => typed(parseYaml(text, 'file').value))
    const different = texts.findIndex(
      (_, at) => JSON.stringify(ours[at]) !== JSON.stringify(theirs[at]),
    )
    expect({ seed, text: texts[different], ours: ours[different] }).toEqual({
      seed,
      text: texts[different],
      ours: theirs[different],
    })
  })
})
