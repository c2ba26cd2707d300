import { describe, expect, it } from 'vitest'
import { findPattern, matchPattern } from './match.ts'
import { NO_VERDICTS } from './neighbordb.ts'
import { parsePatternFile, renderPatternFile } from './pattern-file.ts'
import { compile, idOf, reportOf, type Sighting } from './testing/examples.ts'

const FILE = { file: 'nodes/ABC123/pattern', identifier: 'serialnumber' } as const
const SEEN: Readonly<Record<string, Sighting>> = { Ethernet1: 'spine1:Ethernet2' }

/** The pattern file of the node that the neighbordb matches. */
function rendered(neighbordb: string, seen = SEEN): string {
  const report = reportOf(seen)
  const found = findPattern(compile(neighbordb), idOf('ABC123'), report, NO_VERDICTS)
  if (found.kind !== 'matched') throw new TypeError(found.kind)
  return renderPatternFile(found.pattern, report)
}

describe('renderPatternFile', () => {
  it('keeps what the operator wrote, with the variables of the file that are used', () => {
    const text = rendered(`
variables:
  spine: $real
  real: regex('spine\\d')
  unused: x
patterns:
  - name: leaf
    definition: leaf
    model: DCS
    config-handler: alarm
    variables: {own: includes('Eth')}
    interfaces:
      - et1: $spine:$own
      - Ethernet7-9: {device: spine2, port: none}
      - none: spine9
`)
    expect(text).toBe(`name: leaf
model: DCS
config-handler: alarm
variables:
  spine: $real
  real: regex('spine\\d')
  own: includes('Eth')
interfaces:
  - et1: $spine:$own
  - Ethernet7-9:
      device: spine2
      port: none
  - none: spine9
`)
  })

  const NODE = 'patterns: [{name: p, definition: d, node: ABC123}]\n'
  it('opens the pattern of a node that has none', () => {
    expect(rendered(NODE)).toBe('name: p\nnode: ABC123\ninterfaces:\n  - any: any:any\n')
  })

  it.each([
    ['nothing', {}],
    ['interfaces without neighbors', { Ethernet1: [] }],
  ])('constrains nothing for a node that reported %s', (_name, seen) => {
    expect(rendered(NODE, seen)).toBe('name: p\nnode: ABC123\ninterfaces: []\n')
  })

  it('keeps an empty list of interfaces', () => {
    const text = rendered('patterns: [{name: p, definition: d, interfaces: []}]\n')
    expect(text).toBe('name: p\ninterfaces: []\n')
  })

  it.each([
    ['a name that looks like a number', "name: '0123'"],
    ['a name that looks like a list', "name: '[x'"],
    ['a name with quotes', 'name: "it\'s: \\"x\\" # y"'],
    ['a name of a truth value', 'name: yes'],
  ])('survives %s', (_name, name) => {
    const text = rendered(`patterns:\n  - ${name}\n    definition: d\n    model: DCS\n`)
    const { value, diagnostics } = parsePatternFile(text, FILE)
    expect(diagnostics).toEqual([])
    const db = compile(`patterns:\n  - ${name}\n    definition: d\n    model: DCS\n`)
    const [entry] = db.entries
    expect(value?.name).toBe(entry?.pattern.name)
    expect(value && matchPattern(value, reportOf(SEEN), NO_VERDICTS)).toEqual({ kind: 'matched' })
  })
})

describe('parsePatternFile', () => {
  it.each([
    ['as little as can be', 'interfaces: []\n'],
    ['what names another node', 'node: XYZ\ninterfaces: [{any: spine1}]\n'],
    ['what names something that is no node', 'node: x/y\n'],
    ['nulls', 'name: p\ndefinition: null\nnode: ~\nmodel:\ninterfaces: [{any: any:any}]\n'],
    ['a definition', 'name: p\ndefinition: d\ninterfaces: [{Ethernet1: {device: spine1}}]\n'],
    ['variables', 'variables: {x: spine1}\ninterfaces: [{any: $x:any}]\n'],
  ])('takes %s', (_name, text) => {
    const { value, diagnostics } = parsePatternFile(text, FILE)
    expect(diagnostics).toEqual([])
    expect(value && matchPattern(value, reportOf(SEEN), NO_VERDICTS)).toEqual({ kind: 'matched' })
  })

  it.each([
    ['nothing', '', 'ZTP_BAD_SHAPE'],
    ['a list', '- any: any\n', 'ZTP_BAD_SHAPE'],
    ['a name alone', 'name: p\n', 'ZTP_MISSING_KEY'],
    ['an unknown key', 'interfaces: []\nneighbours: []\n', 'ZTP_UNKNOWN_KEY'],
    ['an undefined variable', 'interfaces: [{any: $x}]\n', 'ZTP_UNKNOWN_VARIABLE'],
  ])('refuses %s', (_name, text, code) => {
    const { value, diagnostics } = parsePatternFile(text, FILE)
    expect(value).toBeUndefined()
    expect(diagnostics).toMatchObject([{ code, file: FILE.file, severity: 'error' }])
  })

  it('refuses what is no YAML', () => {
    const { value, diagnostics } = parsePatternFile('interfaces: [\n', FILE)
    expect(value).toBeUndefined()
    expect(diagnostics.length).toBeGreaterThan(0)
  })

  it('says why a node does not match', () => {
    const { value } = parsePatternFile('interfaces: [{Ethernet1: spine2}]\n', FILE)
    expect(value && matchPattern(value, reportOf(SEEN), NO_VERDICTS)).toEqual({
      kind: 'unmatched',
      reason: 'Ethernet1: expected device spine2, saw spine1',
    })
  })
})
