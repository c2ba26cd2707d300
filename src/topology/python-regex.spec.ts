import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePythonRegex } from './python-regex.ts'
import { pythonMatches } from './testing/python-match.ts'

type Pair = readonly [pattern: string, value: string]

/** Both engines on one pair: `linear` is undefined where that engine has no say. */
function answersTo(pattern: string, value: string) {
  const parsed = parsePythonRegex(pattern)
  if (parsed.kind === 'bad') return { refused: parsed.reason }
  const { source, flags } = parsed.regex.script()
  const slow = new RegExp(source, flags).test(value)
  return { slow, linear: parsed.regex.test(value) ?? slow }
}

/** Checks both engines against Python; a pattern that only we refuse must say so. */
function compareWithPython(pairs: readonly Pair[]) {
  const expected = pythonMatches(pairs)
  const wrong: unknown[] = []
  const compared = { accepted: 0, refused: 0, untranslatable: 0, wrong }
  pairs.forEach(([pattern, value], index) => {
    const python = expected[index]
    const { refused, slow, linear } = answersTo(pattern, value)
    if (refused === undefined) {
      compared.accepted += 1
      if (slow !== python || linear !== python) wrong.push({ pattern, value, python, slow, linear })
    } else if (python === null) {
      compared.refused += 1
    } else {
      compared.untranslatable += 1
      const said = /cannot be translated|too large|repeated more/.test(refused)
      if (!said) wrong.push({ pattern, python, refused })
    }
  })
  return compared
}

const VALUES = [
  '',
  'a',
  'spine1',
  'Spine12',
  'pod1-spine2',
  'spine1\n',
  'spine\n1',
  '\nspine1',
  'a\n\n',
  'Ethernet1/1',
  'aab',
  'abab',
  'AB',
  'é1',
  'ſpine',
  'İi',
  'ıI',
  'straße',
  '日本1',
  '٣٤',
  '²x',
  '_',
  ' a',
  '\u00a0a',
  '\x1ca',
  '\x0ba',
  '😀a',
  '\ufdd0\n\ufdd0',
  'a b',
  '-',
  'x{2',
  'x{}',
  ']',
  'K',
  '\u212a',
]

const PATTERNS: readonly (readonly [name: string, ...patterns: string[]])[] = [
  ['plain text', 'spine', 'spine1', '', 'a b', 'pod1-spine2', '日本', '😀'],
  ['anchors', '^spine', '\\Aspine', 'spine1$', 'spine1\\Z', 'spine1$\\n', '^$', 'a$\\n\\n$', '$'],
  [
    'lines',
    '(?m)spine$',
    '(?m)spine$\\n^1',
    '(?ms).*^1',
    '(?m:^a$)\\n$',
    'a$(?m:$)',
    '\\n^s',
    '[^a]*$',
  ],
  ['dots', '.*', '.+', 'spine.1', '(?s)spine.1', '(?s:.)s', '....', '(?s).*$', '.$'],
  ['digits', 'spine\\d+', '\\d', '\\D+', '(?a)\\d', '[\\d]', '[^\\d]', '[\\D]$', '\\d+$'],
  [
    'words',
    '\\w+$',
    '\\W',
    '[\\w-]+$',
    '[\\W_]',
    '[^\\W\\d_]+$',
    '(?a)\\w+$',
    '(?a)[\\W]',
    '[^\\W]+',
  ],
  ['space', '\\s', '\\S+$', '[\\s]a', '[^\\s]+$', '[\\S]$', '(?a)\\s', '(?a)[^\\s]a', '[\\S\\d]+$'],
  ['boundaries', '\\bspine', 'pod1\\b', '\\B', '.\\b', '(?a).\\b', '(?a)\\B', '.*\\B$', '\\b1'],
  ['case', '(?i)SPINE', '(?i:S)pine', '(?i)[a-z]+$', '(?i)[^a]', '(?ai)SPINE', '(?i)k', '(?ai)k'],
  ['Turkish i', '(?i)i', '(?i)İ', '(?i)[h-j]', '(?ai)i', '(?i)ı', '(?i)[^i]', '(?i)\\u0130'],
  ['mixed case', '(?i:s)(?=p)pine', '(?i)(?-i:s)(?=P)', '(?i:[a-c])b(?=.)', '(?i)s(?-i:p)(?!x)'],
  [
    'groups',
    '(spine)(\\d)',
    '(?P<n>spine)',
    '(?:spine)+',
    '(a(b)?)+$',
    '((a)|b)*$',
    '(?#note)spine',
  ],
  [
    'references',
    '(a)\\1b',
    '(?P<x>ab)(?P=x)',
    '(?i)(a)\\1',
    '(.)\\1',
    '((a)b)\\2b',
    '(?:(a)\\1)*b',
  ],
  ['choices', 'spine|pod', '(?:a|b)+$', 'a|', '|a', 'x||s', '(?:)', '(|a)+$'],
  [
    'repeats',
    'a{2}',
    'a{2,}b',
    'a{,1}b',
    'a{1,2}$',
    'a*?b',
    'a+?',
    'a??b',
    'a{0}',
    'a{2}?',
    'x{,}',
  ],
  ['braces as text', 'x{', 'x{}', 'x{2', 'x{a}', 'x{1,2', '{', '{}', 'x{ 2}'],
  [
    'look-around',
    '(?=s)spine',
    '(?!s)',
    'pod1(?=-)',
    '.*(?<=e)1',
    '.*(?<!e)1',
    '(?!)',
    '(?=)',
    '(?<!a)a',
  ],
  ['atomic', '(?>a+)b', '(?>a|ab)a', 'a++b', 'a*+a', 'a?+a', '(?:ab)++$', 'a{1,2}+a'],
  [
    'verbose',
    '(?x) s pine # c\n 1',
    '(?x)spine\\ 1',
    '(?x)[ s]',
    '(?x:s p)ine',
    '(?x) a +',
    '(?x)(?-x: )a',
  ],
  [
    'escapes',
    '\\x73',
    '\\u0073',
    '\\U00000073',
    '\\163',
    '\\0',
    '[\\1]',
    '\\-',
    '\\/',
    '[\\b]',
    '\\t',
  ],
  [
    'classes',
    '[]]',
    '[^]]',
    '[a-]',
    '[-a]',
    '[]-a]',
    '[a\\]]',
    '[[]',
    '[^^]',
    '[.]',
    '[a-c-e]',
    '[\\x61-c]',
  ],
  [
    'what Python refuses',
    '(',
    ')',
    '[',
    '*',
    '+a',
    'a**',
    'a+*',
    '^*',
    '(?P<1>a)',
    '(?P<a>x)(?P<a>y)',
  ],
  [
    'more of it',
    '(?P=x)',
    '\\1',
    '(\\1)',
    '\\y',
    '[z-a]',
    '[\\d-z]',
    'a{2,1}',
    '(?<=a+)b',
    '(?z)',
    'a(?i)',
  ],
  [
    'and more',
    '\\',
    '[a',
    '(?P>x)',
    '(?',
    '(?P',
    '(?<',
    '(?:',
    '(?#',
    '\\x1',
    '\\u12',
    '(?i',
    '(?-i)a',
  ],
  [
    'and still more',
    '(?au)x',
    '(?L)x',
    '(?i-i:x)',
    '(?-a:x)',
    '\\400',
    '[\\400]',
    '(?<=a|bc)d',
    '\\8',
    '[\\8]',
  ],
]

describe('parsePythonRegex, against python3', () => {
  it.each(PATTERNS)('agrees about %s', (_name, ...patterns) => {
    const pairs = patterns.flatMap((each) => VALUES.map((value): Pair => [each, value]))
    const { wrong, accepted, refused } = compareWithPython(pairs)
    expect(wrong).toEqual([])
    expect(accepted + refused).toBeGreaterThan(0)
  })

  const ATOMS = [
    'a',
    'b',
    '1',
    '-',
    '\\n',
    '.',
    '\\d',
    '\\w',
    '\\s',
    '\\S',
    '[ab]',
    '[^a]',
    '[^\\w]',
    '[a-\\d]',
    'é',
  ]
  const leaf = fc.constantFrom(...ATOMS, '^', '$', '\\b', '\\B', '\\Z', '\\A', '(?:)')
  const { regex } = fc.letrec<{ regex: string }>((tie) => ({
    regex: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.tuple(tie('regex'), tie('regex')).map(([one, other]) => one + other),
      fc.tuple(tie('regex'), tie('regex')).map(([one, other]) => `(?:${one}|${other})`),
      fc
        .tuple(tie('regex'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '*?', '++', '{,2}'))
        .map(([body, repeat]) => `(?:${body})${repeat}`),
      fc
        .tuple(
          fc.constantFrom('(', '(?i:', '(?m:', '(?s:', '(?=', '(?!', '(?>', '(?a:'),
          tie('regex'),
        )
        .map(([open, body]) => `${open}${body})`),
    ),
  }))
  const value = fc.string({
    unit: fc.constantFrom('a', 'b', 'A', '1', '-', '\n', 'é', ' '),
    maxLength: 6,
  })

  it('agrees on random expressions and values', { timeout: 120_000 }, () => {
    const cases = fc.sample(fc.tuple(regex, fc.array(value, { minLength: 4, maxLength: 4 })), {
      numRuns: 2500,
      seed: 20_240_601,
    })
    const pairs = cases.flatMap(([each, values]) => values.map((one): Pair => [each, one]))
    const { wrong, accepted } = compareWithPython(pairs)
    expect(wrong).toEqual([])
    expect(accepted).toBeGreaterThan(5000)
  })

  it('agrees on random text as an expression', { timeout: 120_000 }, () => {
    const text = fc.string({
      unit: fc.constantFrom(...'ab(?:)[]{}1,2*+\\d|^$P<>=!-i#x.'),
      maxLength: 12,
    })
    const cases = fc.sample(fc.tuple(text, value), { numRuns: 8000, seed: 20_240_602 })
    const { wrong, refused } = compareWithPython(cases)
    expect(wrong).toEqual([])
    expect(refused).toBeGreaterThan(1000)
  })
})

describe('parsePythonRegex', () => {
  it.each([
    ['too long', 'a'.repeat(1001), /longer than 1000 characters/],
    ['too large a repetition', 'a{1001}', /repeated more than 1000 times/],
    ['too large a product', '(?:a{40}){40}', /repeated more than 1000 times/],
    ['too much written out', '(?:abcdefghij){900}', /repetitions are too large/],
    ['a reference that may be unset', '(a)?b\\1', /may not have matched, cannot be translated/],
    ['a conditional', '(a)(?(1)b)', /conditional .* cannot be translated/],
    ['a reference in a look-behind', '(a)(?<=\\1)', /look-behind cannot be translated/],
  ])('refuses %s', (_name, pattern, reason) => {
    const parsed = parsePythonRegex(pattern)
    expect(parsed.kind === 'bad' ? parsed.reason : parsed).toMatch(reason)
  })

  it.each(['^(a+)+$', '(a|a)*$', '(.*)*x', '(?:a?){100}a{100}b', '(\\w+\\s?)+$'])(
    'answers %s in linear time on a hostile value',
    (pattern) => {
      const parsed = parsePythonRegex(pattern)
      const value = `${'a'.repeat(255)}!`
      expect(parsed.kind === 'regex' && parsed.regex.test(value)).toBe(false)
    },
  )
})
