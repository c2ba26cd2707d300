import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { toJson } from './json.ts'
import { Float, type Value } from './value.ts'

const FLOATS = [
  1, 4.2, 0, -0, 1e16, 1e15, 123456789012345680, 1e-4, 1e-5, 1.5e-7, 1e22, 5e-324, 0.1,
]

describe('toJson', () => {
  it('writes floats as python3 does', () => {
    const program = 'import json,sys; print(json.dumps([float(x) for x in sys.argv[1:]]))'
    const args = FLOATS.map((each) => (Object.is(each, -0) ? '-0.0' : String(each)))
    const python = execFileSync('python3', ['-c', program, ...args], { encoding: 'utf8' })
    expect(toJson(FLOATS.map((each) => new Float(each)))).toBe(python.trim())
  })

  const cases: readonly (readonly [string, Value, string])[] = [
    ['integers of any size', 12345678901234567890n, '12345678901234567890'],
    [
      'maps in order',
      new Map<string, Value>([
        ['10', 1],
        ['2', null],
        ['__proto__', true],
      ]),
      '{"10": 1, "2": null, "__proto__": true}',
    ],
    ['text outside ASCII', 'é😀\n"\x7f', '"\\u00e9\\ud83d\\ude00\\n\\"\\u007f"'],
    ['lists', [1, [], new Map()], '[1, [], {}]'],
  ]
  it.each(cases)('writes %s', (_name, value, text) => {
    expect(toJson(value)).toBe(text)
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %s', (value) => {
    expect(() => toJson([new Float(value)])).toThrow(/not a number that JSON can carry/)
  })
})
