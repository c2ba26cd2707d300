import { describe, expect, it } from 'vitest'
import { findPattern, matchPattern } from './match.ts'
import { NO_VERDICTS, questionKey, type RegexQuestion } from './neighbordb.ts'
import { compile, idOf, reportOf, type Sighting, withInterfaces } from './testing/examples.ts'

type Seen = Readonly<Record<string, Sighting>>

const ID = idOf('ABC123')

function matches(lines: readonly string[], seen: Seen): boolean {
  const found = findPattern(compile(withInterfaces(...lines)), ID, reportOf(seen), NO_VERDICTS)
  expect(['matched', 'unmatched']).toContain(found.kind)
  return found.kind === 'matched'
}

const NONE: Seen = {}
const D_P: Seen = { Ethernet1: 'D:P' }
const D_Q: Seen = { Ethernet1: 'D:Q' }
const E_P: Seen = { Ethernet1: 'E:P' }
const OTHER: Seen = { Ethernet2: 'D:P' }
const EMPTY: Seen = { Ethernet1: [] }
const TWO: Seen = { Ethernet1: ['E:Q', 'D:P'] }
const CROSSED: Seen = { Ethernet1: ['D:Q', 'E:P'] }

const NAMED = { NONE, D_P, D_Q, E_P, OTHER, EMPTY, TWO, CROSSED }
type Name = keyof typeof NAMED

describe('one interface pattern', () => {
  const TABLE: readonly (readonly [line: string, matching: readonly Name[]])[] = [
    ['any: any:any', ['D_P', 'D_Q', 'E_P', 'OTHER', 'TWO', 'CROSSED']],
    ['any: any:P', ['D_P', 'E_P', 'OTHER', 'TWO', 'CROSSED']],
    ['any: D:any', ['D_P', 'D_Q', 'OTHER', 'TWO', 'CROSSED']],
    ['any: D:P', ['D_P', 'OTHER', 'TWO']],
    ['any: D', ['D_P', 'D_Q', 'OTHER', 'TWO', 'CROSSED']],
    ['any: any', ['D_P', 'D_Q', 'E_P', 'OTHER', 'TWO', 'CROSSED']],
    ['Ethernet1: any:any', ['D_P', 'D_Q', 'E_P', 'TWO', 'CROSSED']],
    ['Ethernet1: any:P', ['D_P', 'E_P', 'TWO', 'CROSSED']],
    ['Ethernet1: D:any', ['D_P', 'D_Q', 'TWO', 'CROSSED']],
    ['Ethernet1: D:P', ['D_P', 'TWO']],
    ['Ethernet1: {device: D, port: P}', ['D_P', 'TWO']],
    ['any: D:none', ['NONE', 'E_P', 'EMPTY']],
    ['none: D:any', ['NONE', 'E_P', 'EMPTY']],
    ['none: D:none', ['NONE', 'E_P', 'EMPTY']],
    ['none: any:P', ['NONE', 'D_Q', 'EMPTY']],
    ['none: D:P', ['NONE', 'D_Q', 'E_P', 'EMPTY', 'CROSSED']],
    ['none: none:none', ['NONE', 'EMPTY']],
    ['none: none', ['NONE', 'EMPTY']],
    ['Ethernet1: any:none', ['NONE', 'OTHER', 'EMPTY']],
    ['Ethernet1: none:any', ['NONE', 'OTHER', 'EMPTY']],
    ['Ethernet1: none:none', ['NONE', 'OTHER', 'EMPTY']],
    ['Ethernet1: none:P', ['NONE', 'D_Q', 'OTHER', 'EMPTY']],
    ['Ethernet1: D:none', ['NONE', 'E_P', 'OTHER', 'EMPTY']],
  ]
  it.each(TABLE)('%s', (line, expected) => {
    const names = Object.entries(NAMED).filter(([, seen]) => matches([line], seen))
    expect(names.map(([name]) => name)).toEqual(expected)
  })
})

describe('a value', () => {
  it.each([
    ["exact('a b')", 'a b', true],
    ["exact('a')", 'ab', false],
    ["regex('spine\\d')", 'spine12', true],
    ["regex('pine')", 'spine', false],
    ['regex("^spine$")', 'spine', true],
    ["includes('pin')", 'spine', true],
    ["includes('x')", 'spine', false],
    ["excludes('x')", 'spine', true],
    ["excludes('pin')", 'spine', false],
    ["exact('it's')", "it's", true],
    ["regex('a:b')", 'a:bc', true],
    ['spine', 'spine1', false],
    ['spine', 'Spine', false],
    ['sp.ne', 'spine', false],
    ["exact( 'a' )", 'a', true],
  ])('%s on %j: %s', (operand, value, expected) => {
    const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`
    const asPort = [`any: ${quoted(`any:${operand}`)}`]
    expect(matches(asPort, { Ethernet1: `x:${value}` })).toBe(expected)
    const asDevice = [`any: ${quoted(`${operand}:any`)}`]
    const report = reportOf({ Ethernet1: 'x:y' })
    const neighbors = new Map([['Ethernet1', [{ device: value, port: 'y' }]]])
    const db = compile(withInterfaces(...asDevice))
    const { kind } = findPattern(db, ID, { ...report, neighbors }, NO_VERDICTS)
    expect(kind).toBe(expected ? 'matched' : 'unmatched')
  })

  it.each([
    ['Ethernet1/$', 'Ethernet1/7', true],
    ['Ethernet1/$', 'Ethernet1/72', true],
    ['Ethernet1/$', 'Ethernet1/', false],
    ['Ethernet1/$', 'Ethernet11/7', false],
    ['Ethernet1/$', 'Ethernet1/x', false],
    ['Ethernet$', 'Ethernet7', true],
  ])('the port %s on %s: %s', (port, value, expected) => {
    expect(matches([`any: any:${port}`], { Ethernet1: `x:${value}` })).toBe(expected)
  })

  it('takes a name with a colon in a map', () => {
    const seen = reportOf({ Ethernet1: 'x:y' })
    const neighbors = new Map([['Ethernet1', [{ device: '00:11', port: 'y' }]]])
    const db = compile(withInterfaces("any: {device: '00:11', port: y}"))
    expect(findPattern(db, ID, { ...seen, neighbors }, NO_VERDICTS).kind).toBe('matched')
  })
})

describe('local interfaces', () => {
  it.each([
    ['another way to write one', ['et1: D'], { Ethernet1: 'D:P' }, true],
    ['another way to report one', ['Ethernet1: D'], { Et1: 'D:P' }, true],
    ['every one of a range', ['Ethernet1-2: D'], { Ethernet1: 'D:P', Ethernet2: 'D:Q' }, true],
    ['not all of a range', ['Ethernet1-2: D'], { Ethernet1: 'D:P' }, false],
    ['none of a range', ['Ethernet1-2: none'], { Ethernet3: 'D:P' }, true],
    ['one of a range too many', ['Ethernet1-2: none'], { Ethernet2: 'D:P' }, false],
    ['one that is named twice', ['Ethernet1: D', 'Ethernet1: any:P'], { Ethernet1: 'D:P' }, false],
  ])('%s', (_name, lines, seen, expected) => {
    expect(matches(lines, seen)).toBe(expected)
  })
})

describe('positive interface patterns together', () => {
  const D_ON_TWO: Seen = { Ethernet1: 'D:P', Ethernet2: 'D:Q' }
  const CASES: readonly (readonly [string, readonly string[], Seen, boolean])[] = [
    ['need an interface each', ['any: D', 'any: D'], D_P, false],
    ['have an interface each', ['any: D', 'any: D'], D_ON_TWO, true],
    ['are served whatever the order of lines', ['any: D', 'any: any:P'], D_ON_TWO, true],
    ['are served in the other order too', ['any: any:P', 'any: D'], D_ON_TWO, true],
    ['leave a given interface to its own', ['any: D', 'Ethernet1: any'], D_ON_TWO, true],
    ['cannot share a given interface', ['any: any:P', 'Ethernet1: D'], D_ON_TWO, false],
    ['count the open ones', ['any: any', 'any: any', 'any: any'], D_ON_TWO, false],
    [
      'move others along a chain',
      ["any: regex('[AB]')", "any: regex('[BC]')", "any: regex('[CD]')", 'any: A'],
      { Ethernet1: 'A:1', Ethernet2: 'B:1', Ethernet3: 'C:1', Ethernet4: 'D:1' },
      true,
    ],
    ['stand beside negative ones', ['any: D', 'none: E:any'], D_P, true],
    ['do not excuse negative ones', ['any: D', 'none: any:P'], D_P, false],
  ]
  it.each(CASES)('%s', (_name, lines, seen, expected) => {
    expect(matches(lines, seen)).toBe(expected)
  })
})

/** Patterns as flow maps: `{name: a, …}`. */
function db(...patterns: readonly string[]) {
  return compile(`patterns:\n${patterns.map((each) => `  - {definition: d, ${each}}\n`).join('')}`)
}

function found(patterns: readonly string[], seen: Seen = D_P, model: string | null = 'DCS-7050') {
  const finding = findPattern(db(...patterns), ID, reportOf(seen, model), NO_VERDICTS)
  return finding.kind === 'matched' ? finding.pattern.name : finding.kind
}

const HERE = "node: 'ABC123'"
const OPEN = 'interfaces: []'
const D = 'interfaces: [{any: D}]'
const E = 'interfaces: [{any: E}]'
const INVALID = 'interfaces: [{any: none}]'

describe('which pattern', () => {
  const CASES: readonly (readonly [string, readonly string[], string])[] = [
    ['none of none', [], 'unmatched'],
    ['the first that matches', [`name: a, ${E}`, `name: b, ${D}`, `name: c, ${OPEN}`], 'b'],
    ['an open one before a closer one', [`name: a, ${OPEN}`, `name: b, ${D}`], 'a'],
    ['the one that names the node', [`name: a, ${OPEN}`, `name: b, ${HERE}`], 'b'],
    ['the first that names the node', [`name: a, ${HERE}`, `name: b, ${HERE}`], 'a'],
    [
      'no other if that fails',
      [`name: a, ${HERE}, ${E}`, `name: b, ${HERE}`, `name: c, ${OPEN}`],
      'unmatched',
    ],
    [
      'no other if that is invalid',
      [`name: a, ${HERE}, ${INVALID}`, `name: b, ${OPEN}`],
      'invalid',
    ],
    ['never one of another node', ['name: a, node: XYZ', `name: b, ${E}`], 'unmatched'],
    [
      'an invalid one of another node aside',
      [`name: a, node: XYZ, ${INVALID}`, `name: b, ${D}`],
      'b',
    ],
    ['an invalid one of no node aside', [`name: a, node: x/y, ${D}`, `name: b, ${D}`], 'b'],
    [
      'none beyond an invalid one',
      [`name: a, ${E}`, `name: b, ${INVALID}`, `name: c, ${D}`],
      'invalid',
    ],
    ['one before an invalid one', [`name: a, ${D}`, `name: b, ${INVALID}`], 'a'],
    ['its own despite an invalid one', [`name: a, ${INVALID}`, `name: b, ${HERE}`], 'b'],
    ['one by its model', ["name: a, model: 'DCS-73'", "name: b, model: 'DCS-70.*'"], 'b'],
    [
      'the next when model matches and topology does not',
      [`name: a, model: DCS, ${E}`, `name: b, ${D}`],
      'b',
    ],
    ['none by a model in the middle', ["name: a, model: '7050'"], 'unmatched'],
  ]
  it.each(CASES)('%s', (_name, patterns, expected) => {
    expect(found(patterns)).toBe(expected)
  })

  it('matches no model where none is reported', () => {
    expect(found(["name: a, model: '.*'"], D_P, null)).toBe('unmatched')
  })

  it('says which pattern is invalid, and why', () => {
    const finding = findPattern(db(`name: bad, ${INVALID}`), ID, reportOf(D_P), NO_VERDICTS)
    expect(finding).toMatchObject({
      kind: 'invalid',
      pattern: 'bad',
      line: 2,
      diagnostics: [{ code: 'ZTP_BOGUS_INTERFACE_PATTERN', pattern: 'bad' }],
    })
  })

  it('compares MACs however they are written', () => {
    const text = "patterns:\n  - {name: a, definition: d, node: '00:1C:73:AA:bb:cc'}\n"
    const macs = compile(text, 'systemmac')
    const finding = findPattern(macs, idOf('001c73aabbcc'), reportOf(NONE), NO_VERDICTS)
    expect(finding).toMatchObject({ kind: 'matched', pattern: { name: 'a', definition: 'd' } })
  })

  it('keeps the order between patterns with exact names and without', () => {
    const any = "interfaces: [{any: regex('D')}]"
    const both: Seen = { Ethernet1: 'D:P', Ethernet2: 'E:Q' }
    expect(found([`name: a, ${any}`, `name: b, ${E}`, `name: c, ${D}`], both)).toBe('a')
    expect(found([`name: b, ${E}`, `name: a, ${any}`, `name: c, ${D}`], both)).toBe('b')
  })
})

describe('questions for the slow engine', () => {
  const slow = (name: string, regex: string) =>
    `name: ${name}, interfaces: [{any: "regex('${regex}')"}]`
  const answer = (questions: readonly RegexQuestion[]) =>
    new Map(
      questions.map((each) => [
        questionKey(each),
        new RegExp(each.source, each.flags).test(each.value),
      ]),
    )

  it('are asked together, and answered once', () => {
    const patterns = db(slow('a', '(?=x)'), slow('b', '(?!E)'), `name: c, ${D}`)
    const report = reportOf({ Ethernet1: 'D:P', Ethernet2: 'E:P' })
    const asked = findPattern(patterns, ID, report, NO_VERDICTS)
    if (asked.kind !== 'ask') throw new TypeError(asked.kind)
    expect(asked.questions.map(({ pattern, value }) => [pattern, value])).toEqual([
      ['(?=x)', 'D'],
      ['(?=x)', 'E'],
      ['(?!E)', 'D'],
      ['(?!E)', 'E'],
    ])
    const finding = findPattern(patterns, ID, report, answer(asked.questions))
    expect(finding).toMatchObject({ kind: 'matched', pattern: { name: 'b' } })
  })

  it('are not asked for what a pattern before decides', () => {
    expect(found([`name: a, ${D}`, slow('b', '(?=x)')])).toBe('a')
  })

  it('are asked before an invalid pattern ends the search', () => {
    expect(found([slow('a', '(?=D)'), `name: b, ${INVALID}`])).toBe('ask')
  })

  it('are asked for one pattern as well', () => {
    const finding = findPattern(db(`name: c, ${D}`), ID, reportOf(D_P), NO_VERDICTS)
    expect(finding.kind).toBe('matched')
    const [entry] = db(slow('a', '(?=E)')).entries
    if (entry?.kind !== 'valid') throw new TypeError('no pattern')
    const asked = matchPattern(entry.pattern, reportOf(D_P), NO_VERDICTS)
    if (asked.kind !== 'ask') throw new TypeError(asked.kind)
    expect(matchPattern(entry.pattern, reportOf(D_P), answer(asked.questions))).toEqual({
      kind: 'unmatched',
      reason: "any: expected device regex('(?=E)'), saw D",
    })
  })

  it('never run long on a hostile value', () => {
    const hostile = { Ethernet1: `${'a'.repeat(255)}!:P` }
    expect(matches(["any: regex('^(a+)+$')"], hostile)).toBe(false)
  })
})
