import { describe, expect, it } from 'vitest'
import { formatDiagnostic } from '../kernel/diagnostic.ts'
import { type PoolEntry, parsePool } from './pool-file.ts'

const FILE = 'resources/p'

function pool(text: string): readonly PoolEntry[] {
  const { value, diagnostics } = parsePool(text, FILE)
  if (value === undefined) throw new Error(diagnostics.map(formatDiagnostic).join('\n'))
  return value
}

function holders(text: string): readonly (readonly [string, string | null])[] {
  return pool(text).map(({ key, holder }) => [key, holder])
}

/** A line that the YAML reader must read, so that both readers meet each case. */
const FLOW = 'zz: {}\n'

describe('parsePool', () => {
  const values: readonly (readonly [string, string, string | null])[] = [
    ['null', ' null', null],
    ['nothing', '', null],
    ['a tilde', ' ~', null],
    ['false', ' false', null],
    ['no', ' no', null],
    ['zero', ' 0', null],
    ['None', ' None', null],
    ['none', ' none', null],
    ['None in quotes', " 'None'", null],
    ['empty quotes', " ''", null],
    ['a comment', ' # spare', null],
    ['a serial number', ' JPE14140312', 'JPE14140312'],
    ['a number as written', ' 001122334455', '001122334455'],
    ['a MAC', ' 00:1c:73:aa:bb:cc', '00:1c:73:aa:bb:cc'],
    ['a label', ' JPE1/loopback', 'JPE1/loopback'],
    ['null in quotes', " 'null'", 'null'],
    ['quotes', ' "JPE1"', 'JPE1'],
    ['true', ' true', 'true'],
    ['a comment behind', ' JPE1   # rack 7', 'JPE1'],
    ['words', ' set aside', 'set aside'],
  ]
  it.each(values)('reads %s', (_name, written, holder) => {
    expect(holders(`10.0.0.1/24:${written}\n`)).toEqual([['10.0.0.1/24', holder]])
    expect(holders(`10.0.0.1/24:${written}\n${FLOW}`)[0]).toEqual(['10.0.0.1/24', holder])
  })

  const keys: readonly (readonly [string, string, string])[] = [
    ['an IPv6 prefix', '2001:db8::1/64', '2001:db8::1/64'],
    ['an IPv6 prefix that ends in colons', '2001:db8::', '2001:db8::'],
    ['a number as written', '007', '007'],
    ['quotes', '"a b"', 'a b'],
    ['spaces', 'a b', 'a b'],
    ['a range', '192.168.1.10-192.168.1.250/24', '192.168.1.10-192.168.1.250/24'],
  ]
  it.each(keys)('takes as a key %s', (_name, written, key) => {
    expect(holders(`${written}: N1\n`)).toEqual([[key, 'N1']])
  })

  it('reads comments, blank lines, a document start and Windows line ends', () => {
    expect(holders('--- # pool\r\n# spare\r\n\r\na: null\r\n  # more\r\nb: N1\r\n')).toEqual([
      ['a', null],
      ['b', 'N1'],
    ])
  })

  it('reads a flow map', () => {
    expect(holders('{a: null, b: N1}')).toEqual([
      ['a', null],
      ['b', 'N1'],
    ])
  })

  it('takes an empty file for a pool without entries', () => {
    expect(holders('# nothing yet\n')).toEqual([])
  })

  const errors: readonly (readonly [string, string, string])[] = [
    ['a list', '- a\n- b\n', 'resources/p:1:1: a pool is a map'],
    ['a text', 'a\n', 'resources/p:1:1: a pool is a map'],
    ['a syntax error', 'a: null\nb: [\n', 'resources/p:'],
  ]
  it.each(errors)('refuses %s at its place', (_name, text, message) => {
    const { value, diagnostics } = parsePool(text, FILE)
    expect(value).toBeUndefined()
    expect(diagnostics.map(formatDiagnostic).join('\n')).toContain(message)
  })

  it('warns of a holder that is no node id, at its place', () => {
    const { diagnostics } = parsePool('a: N1\nb: -broken-\nc: 00:1c:73:aa:bb:cc/lo\n', FILE)
    expect(diagnostics).toMatchObject([
      { severity: 'warning', line: 2, column: 1, message: expect.stringContaining('"-broken-"') },
    ])
  })

  it('finds a range that cannot be expanded, at its place, unless it is held', () => {
    const text = 'a: null\n10.0.0.9-10.0.0.1/24:\nx[1-]: N1\n'
    for (const [pool, column] of [
      [text, 1],
      ['{a: , 10.0.0.9-10.0.0.1/24: , b: N1}', 7],
    ] as const) {
      const { value, diagnostics } = parsePool(pool, FILE)
      expect(value).toHaveLength(3)
      expect(diagnostics).toMatchObject([
        { severity: 'error', column, message: expect.stringContaining('goes backwards: write') },
      ])
    }
  })

  it('takes the last of duplicate keys', () => {
    expect(holders('a: null\nb: null\na: N1\n').filter(([key]) => key === 'a')).toEqual([
      ['a', 'N1'],
    ])
  })

  it('refuses a value that is held and stands there again', () => {
    const { value, diagnostics } = parsePool('b:\na: N1\na:\n', FILE)
    expect(value).toBeUndefined()
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toMatchObject([
      {
        line: 2,
        column: 1,
        message: 'a has N1 here and stands in a later line again: keep one of the two',
      },
    ])
  })
})
