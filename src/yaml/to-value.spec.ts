import { describe, expect, it } from 'vitest'
import { toJson } from '../kernel/json.ts'
import { parseYaml } from './parse.ts'
import { toValue } from './to-value.ts'

describe('toValue', () => {
  it.each([
    [
      'keys of every type',
      '{1: a, true: b, ~: c, 2.50: d, 0x10: e, x: f}',
      '{"1": "b", "null": "c", "2.5": "d", "16": "e", "x": "f"}',
    ],
    ['nested values', 'a: [1, 2.0, {b: yes}]', '{"a": [1, 2.0, {"b": true}]}'],
    ['big integers', '- 123456789012345678901234567890', '[123456789012345678901234567890]'],
    ['dates', 'when: 2024-01-02', '{"when": "2024-01-02"}'],
    ['the key __proto__', '__proto__: 1', '{"__proto__": 1}'],
  ])('makes of %s what Python makes', (_name, text, json) => {
    const { value } = parseYaml(text, 'file')
    expect(value && toJson(toValue(value))).toBe(json)
  })
})
