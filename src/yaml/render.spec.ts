import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Float, type Value } from '../kernel/value.ts'
import { parseYaml } from './parse.ts'
import { renderYaml } from './render.ts'
import { readWithPyYaml, type Typed, typed } from './testing/pyyaml.ts'

function map(...entries: readonly (readonly [string, Value])[]): Value {
  return new Map(entries)
}

const { value: tree } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '',
      'null',
      '12',
      '0123',
      'yes',
      '1e5',
      '1.0e+3',
      'a: b',
      '- a',
      '...',
      '---',
      '%a',
      '<<',
      ' a',
      'a ',
      'a\n',
    ),
    fc.constantFrom(
      '#a',
      'a #b',
      "it's",
      '2024-01-01',
      '2024-02-30',
      '12:30',
      'y',
      '=',
      '!a',
      '?',
      ':',
      'x:',
      '\ufeff',
      '\x85',
    ),
    fc.integer(),
    fc.bigInt({ min: 2n ** 60n, max: 2n ** 80n }),
    fc.double().map((each) => new Float(each)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.string({ unit: 'binary', maxLength: 5 }), tie('value')), { maxLength: 3 })
      .map((entries) => new Map(entries)),
  ),
}))

/** The value in the form of `typed`, made without any YAML. */
function typedValue(value: Value): Typed {
  if (value instanceof Map) {
    return ['map', [...value].map(([key, each]) => [['str', key], typedValue(each)])]
  }
  if (Array.isArray(value)) return ['list', value.map(typedValue)]
  const scalar = value as Exclude<Value, readonly Value[] | ReadonlyMap<string, Value>>
  return typed({
    kind: 'scalar',
    value: scalar,
    text: '',
    plain: true,
    place: { line: 1, column: 1 },
  })
}

describe('renderYaml', () => {
  it.each<readonly [string, Value, string]>([
    [
      'a pattern',
      map(
        ['name', 'leaf 1'],
        ['node', '0123'],
        ['interfaces', [map(['Ethernet1', 's1:Ethernet1/1'])]],
      ),
      "name: leaf 1\nnode: '0123'\ninterfaces:\n  - Ethernet1: s1:Ethernet1/1\n",
    ],
    ['a function call', map(['any', "regex('a:.*'):any"]), "any: regex('a:.*'):any\n"],
    ['empty collections', map(['a', []], ['b', map()]), 'a: []\nb: {}\n'],
    ['lists of lists', [[1, [2]], []], '- - 1\n  - - 2\n- []\n'],
    ['floats', [new Float(1), new Float(1e22), new Float(1e-7)], '- 1.0\n- 1.0e+22\n- 1.0e-7\n'],
    ['a scalar', 'yes', "'yes'\n"],
    [
      'a long key',
      map(['k'.repeat(1025), [1]]),
      `? ${`"${'k'.repeat(1025)}"`.replaceAll('"', "'")}\n:\n  - 1\n`,
    ],
  ])('writes %s', (_name, value, text) => {
    expect(renderYaml(value)).toBe(text)
  })

  it('reads back by our parser', () => {
    fc.assert(
      fc.property(tree, (value) => {
        expect(typed(parseYaml(renderYaml(value), 'file').value)).toEqual(typedValue(value))
      }),
      { numRuns: 1000 },
    )
  })

  it('reads back by PyYAML', () => {
    const seed = Math.trunc(Math.random() * 2 ** 31)
    const values = fc.sample(tree, { numRuns: 1000, seed })
    const theirs = readWithPyYaml(values.map(renderYaml))
    values.forEach((value, at) => {
      expect({ seed, read: theirs[at] }).toEqual({ seed, read: typedValue(value) })
    })
  })
})
