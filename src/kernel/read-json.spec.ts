import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { toJson } from './json.ts'
import { readJson } from './read-json.ts'
import { Float, type Value } from './value.ts'

describe('readJson', () => {
  const cases: readonly (readonly [string, string, Value])[] = [
    ['an integer', '-12', -12],
    ['an integer of any size', '123456789012345678901234567890', 123456789012345678901234567890n],
    ['a float that is whole', '1.0', new Float(1)],
    ['a float with an exponent', '1e-05', new Float(1e-5)],
    ['words', '[true, false, null]', [true, false, null]],
    ['a text with escapes', String.raw`"a\"\\\n\u00e9\ud83d\ude00"`, 'a"\\\né😀'],
    ['a text that ends in a back-slash', String.raw`["\\","\\\""]`, ['\\', '\\"']],
    ['half of a pair', String.raw`"\ud800"`, '\ud800'],
    ['a text with DEL', '"\x7f"', '\x7f'],
    ['nothing in brackets', ' [ [ ] , { } ] ', [[], new Map()]],
    [
      'keys in their order, the last of equal ones',
      '{"10": 1, "2": 2, "__proto__": 3, "2": 4}',
      new Map([
        ['10', 1],
        ['2', 4],
        ['__proto__', 3],
      ]),
    ],
    ['64 levels', `${'['.repeat(64)}${']'.repeat(64)}`, nest(63)],
  ]
  it.each(cases)('reads %s', (_name, text, value) => {
    expect(readJson(text)).toEqual(value)
  })

  it.each([
    ['nothing', '', /unexpected its end/],
    ['an open list', '[1, 2', /unexpected its end/],
    ['no comma', '[1 2]', /unexpected "2" at character 4/],
    ['no colon', '{"a" 1}', /unexpected "1" at character 6/],
    ['a bare key', '{a: 1}', /unexpected "a" at character 2/],
    ['a last comma in an object', '{"a": 1,}', /unexpected "}" at character 9/],
    ['a last comma in a list', '[1,]', /unexpected "]" at character 4/],
    ['a leading zero', '01', /unexpected "1" at character 2/],
    ['no digit behind the point', '1.', /unexpected "." at character 2/],
    ['NaN', 'NaN', /unexpected "N"/],
    ['an infinity', '-Infinity', /unexpected "-"/],
    ["Python's quotes", "'a'", /unexpected "'"/],
    ['an open text', '"a', /a text that does not end/],
    ['an escaped end', '"a\\"', /a text that does not end/],
    ['a line feed in a text', '"a\nb"', /a character or an escape that JSON does not have/],
    ['an unknown escape', '"\\x"', /a character or an escape that JSON does not have/],
    ['a number beyond all', '1e999', /the number 1e999 is too large/],
    ['too many digits', '9'.repeat(4301), /more than 4300 digits/],
    ['65 levels', '['.repeat(65), /deeper than 64 levels/],
    ['100,000 levels', '{"a":'.repeat(100_000), /deeper than 64 levels/],
  ])('refuses %s', (_name, text, reason) => {
    expect(() => readJson(text)).toThrow(reason)
  })

  it('reads a megabyte of escapes, of text and of digits', () => {
    for (const inner of ['\\n'.repeat(1e6), 'x'.repeat(2e6), '\\\\'.repeat(1e6)]) {
      expect(readJson(`"${inner}"`)).toBe(JSON.parse(`"${inner}"`))
    }
  })

  it('gives what python3 wrote, to the letter', () => {
    const program = `import json
print(json.dumps({'a': [1, 1.0, -0.0, 1e16, 1e-5, 2**70, None, True], 'é': ('x', '\\n')}))`
    const text = execFileSync('python3', ['-c', program], { encoding: 'utf8' }).trim()
    expect(toJson(readJson(text))).toBe(text)
  })
})

function nest(levels: number): Value {
  return levels === 0 ? [] : [nest(levels - 1)]
}
