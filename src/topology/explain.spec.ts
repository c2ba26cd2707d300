import { describe, expect, it } from 'vitest'
import { explain, renderTrace } from './explain.ts'
import { NO_VERDICTS } from './neighbordb.ts'
import { compile, idOf, reportOf, type Sighting, withInterfaces } from './testing/examples.ts'

type Seen = Readonly<Record<string, Sighting>>

function lines(neighbordb: string, seen: Seen, model: string | null = 'DCS-7050') {
  const explained = explain(compile(neighbordb), idOf('ABC123'), reportOf(seen, model), NO_VERDICTS)
  if (explained.kind === 'ask') throw new TypeError('nothing to ask')
  return renderTrace(explained.trace)
}

describe('the reason why a pattern is passed over', () => {
  const TWO: Seen = { Ethernet49: 'spine2:Ethernet1', Ethernet50: ['a:1', 'b:2'] }
  const CASES: readonly (readonly [patterns: readonly string[], reason: string])[] = [
    [['Ethernet49: spine1'], 'Ethernet49: expected device spine1, saw spine2'],
    [['Ethernet49: spine1:Ethernet1'], 'Ethernet49: expected device spine1, saw spine2'],
    [
      ['et49: spine2:Ethernet7'],
      'Ethernet49: expected port Ethernet7 of device spine2, saw Ethernet1',
    ],
    [['Ethernet49: any:Ethernet7'], 'Ethernet49: expected port Ethernet7, saw Ethernet1'],
    [['Ethernet50: c'], 'Ethernet50: expected device c, saw a, b'],
    [['Ethernet51: c:1'], 'Ethernet51: expected device c on port 1, saw no neighbor'],
    [['Ethernet51: any'], 'Ethernet51: expected a neighbor, saw no neighbor'],
    [["any: regex('c.')"], "any: expected device regex('c.'), saw spine2, a, b"],
    [['any: any:Ethernet1/$'], 'any: expected port Ethernet1/$, saw Ethernet1, 1, 2'],
    [
      ['any: a', 'any: b'],
      'any: expected device b, but what satisfies it serves another interface pattern',
    ],
    [
      ['Ethernet49: any', 'any: spine2'],
      'any: expected device spine2, but what satisfies it serves another interface pattern',
    ],
    [
      ['Ethernet49: any', 'Ethernet49: spine2'],
      'Ethernet49: expected device spine2, but what satisfies it serves another interface pattern',
    ],
    [['none: a:any'], "Ethernet50: saw a:1, which 'none: a:any' forbids"],
    [['none: none'], "Ethernet49: saw spine2:Ethernet1, which 'none: none:none' forbids"],
    [['Ethernet50: b:none'], "Ethernet50: saw b:2, which 'Ethernet50: b:none' forbids"],
    [['Ethernet49: spine1', 'none: a:any'], "Ethernet50: saw a:1, which 'none: a:any' forbids"],
  ]
  it.each(CASES)('%j', (patterns, reason) => {
    expect(lines(withInterfaces(...patterns), TWO)).toEqual([
      `pattern 'p' (line 2) does not match: ${reason}`,
      'no pattern matches',
    ])
  })

  const MODEL = 'patterns: [{name: m, definition: d, model: DCS-73.*}]\n'
  it.each([
    ['DCS-7050', 'the node is DCS-7050'],
    [null, 'the node reported none'],
  ])('tells the model %j', (model, said) => {
    expect(lines(MODEL, {}, model)[0]).toBe(
      `pattern 'm' (line 1) does not match: expected model DCS-73.*, ${said}`,
    )
  })

  it('keeps what a switch sends on one line, and short', () => {
    const seen = { Ethernet1: `a\nFAKE LINE${'x'.repeat(300)}:1` }
    const [line = ''] = lines(withInterfaces('Ethernet1: b'), seen)
    expect(line).toContain('saw "a\\nFAKE LINExxx')
    expect(line.length).toBeLessThan(200)
  })

  it('names a few of many', () => {
    const many = Array.from({ length: 9 }, (_, index) => `d${index}:1`)
    expect(lines(withInterfaces('any: b'), { Ethernet1: many })[0]).toMatch(
      /saw d0, d1, d2, d3, d4 and 4 more$/,
    )
  })
})

describe('renderTrace', () => {
  const TEXT = `
patterns:
  - {name: a, definition: d, interfaces: [{any: x}]}
  - {name: b, definition: d, interfaces: [{any: none}]}
  - {name: c, definition: d, model: DCS}
`
  it('ends with the pattern that matches', () => {
    const [, ...rest] = lines(TEXT.replace('none', 'y'), { Ethernet1: 'y:1' })
    expect(rest).toEqual(["pattern 'b' (line 4) matches"])
  })

  it('ends with the invalid pattern, and why it is', () => {
    expect(lines(TEXT, { Ethernet1: 'y:1' }).at(-1)).toMatch(
      /^pattern 'b' \(line 4\) is invalid, and ends the search: 'any: none' can mean nothing/,
    )
  })

  it('says that a pattern names the node', () => {
    const own = `${TEXT}  - {name: own, definition: d, node: ABC123}\n`
    expect(lines(own, {})).toEqual([
      'a pattern names node ABC123; no other is tried',
      "pattern 'own' (line 6) matches",
    ])
  })

  it('says it of no pattern at all', () => {
    expect(lines('', {})).toEqual(['no pattern matches'])
  })
})

describe('explain', () => {
  it('asks what findPattern asks', () => {
    const db = compile(withInterfaces("any: regex('(?=x)')"))
    const asked = explain(db, idOf('ABC123'), reportOf({ Ethernet1: 'y:1' }), NO_VERDICTS)
    expect(asked).toMatchObject({ kind: 'ask', questions: [{ pattern: '(?=x)', value: 'y' }] })
  })
})
