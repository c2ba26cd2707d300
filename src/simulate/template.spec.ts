import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Float, type Value } from '../kernel/value.ts'
import { pythonText } from './python-text.ts'
import { readJson } from './read-json.ts'
import { type Substitution, substitute } from './template.ts'

const VARIABLES = new Map<string, Value>([
  ['a', 'A'],
  ['_b1', 7],
  ['empty', ''],
])

describe('substitute', () => {
  const cases: readonly (readonly [string, string, Substitution, string])[] = [
    ['names and braces', '$a-${a}x', { kind: 'text', text: 'A-Ax' }, 'A-Ax'],
    ['the longest name', '$ab', { kind: 'missing', name: 'ab' }, '$ab'],
    ['an empty value', '[$empty]', { kind: 'text', text: '[]' }, '[]'],
    ['a doubled dollar sign', '$$a', { kind: 'text', text: '$a' }, '$a'],
    ['a missing name in braces', '${no}', { kind: 'missing', name: 'no' }, '${no}'],
    ['a lone dollar sign', 'x\ny $ z', { kind: 'invalid', line: 2, column: 3 }, 'x\ny $ z'],
    ['a dollar sign at the end', 'x$', { kind: 'invalid', line: 1, column: 2 }, 'x$'],
    ['a digit', '$1', { kind: 'invalid', line: 1, column: 1 }, '$1'],
  ]
  it.each(cases)('%s', (_name, template, strict, loose) => {
    expect(substitute(template, VARIABLES, 'strict')).toEqual(strict)
    expect(substitute(template, VARIABLES, 'loose')).toEqual({ kind: 'text', text: loose })
  })

  it('agrees with string.Template of Python on arbitrary templates', () => {
    const piece = fc.constantFrom('$', '$$', '{', '}', 'a', '_b1', 'no', ' ', '\n', 'ſ', 'é', '1')
    const templates = fc.sample(
      fc.array(piece, { maxLength: 9 }).map((each) => each.join('')),
      { numRuns: 2000, seed: 20 },
    )
    const ours = templates.map((each) => [strictText(each), substitute(each, VARIABLES, 'loose')])
    expect(ours).toEqual(inPython(templates))
  })
})

function strictText(template: string): string {
  const done = substitute(template, VARIABLES, 'strict')
  if (done.kind === 'text') return `text ${done.text}`
  return done.kind === 'missing' ? `missing ${done.name}` : 'invalid'
}

function inPython(templates: readonly string[]): unknown {
  const program = `
import json, string, sys
variables = {'a': 'A', '_b1': 7, 'empty': ''}
def strict(text):
    try:
        return 'text ' + string.Template(text).substitute(variables)
    except KeyError as missing:
        return 'missing ' + missing.args[0]
    except ValueError:
        return 'invalid'
def loose(text):
    return {'kind': 'text', 'text': string.Template(text).safe_substitute(variables)}
print(json.dumps([[strict(each), loose(each)] for each in json.load(sys.stdin)]))
`
  const input = JSON.stringify(templates)
  return JSON.parse(execFileSync('python3', ['-c', program], { input, encoding: 'utf8' }))
}

describe('pythonText', () => {
  it('writes JSON values as python3 does', () => {
    const texts = [
      '"text"',
      '1',
      '1.0',
      '1e3',
      '123456789012345678901',
      'true',
      'false',
      'null',
      '["a\'b", "c\\"d", "e\'\\"f", "\\n\\\\"]',
      '{"k": [1.50, {"": null}]}',
    ]
    const program = 'import json,sys; print(json.dumps([str(json.loads(x)) for x in sys.argv[1:]]))'
    const python = execFileSync('python3', ['-c', program, ...texts], { encoding: 'utf8' })
    expect(texts.map((each) => pythonText(readJson(each)))).toEqual(JSON.parse(python))
  })
})

describe('readJson', () => {
  const cases: readonly (readonly [string, string, Value])[] = [
    ['floats apart from integers', '[1, 1.0]', [1, new Float(1)]],
    ['text that looks like a number', '["1", "n1", "s"]', ['1', 'n1', 's']],
    ['escapes', '"\\"1\\u0041"', '"1A'],
    [
      'keys of any kind',
      '{"1": 2, "__proto__": []}',
      new Map<string, Value>([
        ['1', 2],
        ['__proto__', []],
      ]),
    ],
    ['large integers', '9007199254740993', 9007199254740993n],
  ]
  it.each(cases)('reads %s', (_name, text, value) => {
    expect(readJson(text)).toEqual(value)
  })

  it('refuses what is not JSON', () => {
    expect(() => readJson('{1: 2}')).toThrow(SyntaxError)
  })
})
