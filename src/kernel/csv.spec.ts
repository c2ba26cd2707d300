import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvLine, parseCsv } from './csv.ts'

const fieldsOf = (text: string) => parseCsv(text).records.map((each) => each.fields)

describe('parseCsv', () => {
  const cases: readonly (readonly [string, string, readonly (readonly string[])[]])[] = [
    ['nothing', '', []],
    [
      'fields and lines',
      'a,b\nc,d\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['no line end at the end', 'a,b', [['a', 'b']]],
    ['every line end', 'a\r\nb\nc\rd', [['a'], ['b'], ['c'], ['d']]],
    ['a byte-order mark', '\ufeffa,b\n', [['a', 'b']]],
    ['empty lines', '\na\n\n\r\nb\n', [['a'], ['b']]],
    [
      'empty fields',
      ',\na,\n,b\n',
      [
        ['', ''],
        ['a', ''],
        ['', 'b'],
      ],
    ],
    ['an empty field in quotes', '""\n', [['']]],
    [
      'commas, quotes and line ends in quotes',
      '"a,b","c""d","e\r\nf"\n',
      [['a,b', 'c"d', 'e\r\nf']],
    ],
    ['spaces as they are', ' a , b\n', [[' a ', ' b']]],
    ['a comma at the very end', 'a,', [['a', '']]],
  ]
  it.each(cases)('reads %s', (_name, text, expected) => {
    expect(parseCsv(text)).toEqual({ records: expect.anything() })
    expect(fieldsOf(text)).toEqual(expected)
  })

  it('knows the line where a record begins', () => {
    const { records } = parseCsv('a\n\n"b\nb",c\r\nd\n')
    expect(records.map((each) => each.line)).toEqual([1, 3, 5])
  })

  it.each([
    ['a quote inside a field', 'ok\na"b,c\nrest\n', 2, /inside a field/],
    ['a quote that is not closed', 'ok\n"a\nb', 2, /ends with a quote/],
    ['text after the closing quote', '"a"b\n', 1, /ends with a quote/],
  ])('stops at %s, and says where', (_name, text, line, message) => {
    expect(parseCsv(text).fault).toEqual({ line, message: expect.stringMatching(message) })
  })

  it('takes a field of megabytes', () => {
    const field = `${'x,"'.repeat(1_000_000)}`
    expect(fieldsOf(csvLine([field, 'y']))).toEqual([[field, 'y']])
  })
})

it('csvLine and parseCsv are each other’s reverse', () => {
  const field = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', 'é', '\ufeff') })
  const records = fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 5 })
  fc.assert(
    fc.property(records, (lines) => {
      const text = `head\n${lines.map(csvLine).join('')}`
      expect(fieldsOf(text)).toEqual([['head'], ...lines])
    }),
  )
})
