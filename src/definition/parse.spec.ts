import { describe, expect, it } from 'vitest'
import { formatDiagnostic } from '../kernel/diagnostic.ts'
import { parseAttributes, parseDefinition } from './parse.ts'

const FILE = 'definitions/leaf'

describe('parseDefinition', () => {
  it('reads names, actions and whether they are always executed', () => {
    const text = `name: leaf
actions:
  - action: one
  - {action: two, always_execute: true}
  - {action: three, attributes: {always_execute: true}}
`
    const { value, diagnostics } = parseDefinition(text, FILE)
    expect(diagnostics).toEqual([])
    expect(value?.name).toBe('leaf')
    expect(value?.actions.map((each) => [each.action, each.alwaysExecute])).toEqual([
      ['one', false],
      ['two', true],
      ['three', true],
    ])
  })

  it('needs no name', () => {
    const { value } = parseDefinition('actions: []\n', FILE)
    expect(value).toMatchObject({ actions: [], attributes: new Map() })
    expect(value).not.toHaveProperty('name')
  })

  const errors: readonly (readonly [string, string, string])[] = [
    ['an empty file', '', '1:1: a definition is a map'],
    ['a list', '- action: a\n', '1:1: a definition is a map'],
    ['no actions', 'name: leaf\n', '1:1: there is no `actions`'],
    ['actions as a map', 'name: x\nactions:\n  action: a\n', '3:3: `actions` is a list'],
    ['an action that is text', 'actions:\n  - replace_config\n', '2:5: an action is a map'],
    ['an action without action', 'actions:\n  - name: x\n', '2:5: an action needs `action`'],
    ['an empty action', 'actions:\n  - action:\n', '2:5: an action needs `action`'],
    [
      'attributes as a list',
      'actions:\n  - action: a\n    attributes: [1]\n',
      '3:17: attributes is not a map',
    ],
    ['global attributes as text', 'attributes: x\nactions: []\n', '1:13: attributes is not a map'],
  ]
  it.each(errors)('finds %s at its place', (_name, text, found) => {
    const { value, diagnostics } = parseDefinition(text, FILE)
    expect(value).toBeUndefined()
    expect(diagnostics.map(formatDiagnostic)[0]).toContain(`${FILE}:${found}`)
  })

  it('collects every problem', () => {
    const { diagnostics } = parseDefinition('actions:\n  - x\n  - name: y\n', FILE)
    expect(diagnostics.map((each) => each.line)).toEqual([2, 3])
  })

  it('warns of a call without quotes', () => {
    const text = 'actions:\n  - action: a\n    attributes:\n      list: [allocate(pool)]\n'
    const { value, diagnostics } = parseDefinition(text, FILE)
    expect(value).toBeDefined()
    expect(diagnostics).toMatchObject([
      {
        severity: 'warning',
        line: 4,
        column: 14,
        message: "allocate(pool) is plain text; a plugin call is written allocate('pool')",
      },
    ])
  })

  it('warns of a flag that is no boolean', () => {
    const { diagnostics } = parseDefinition('actions: [{action: a, always_execute: maybe}]', FILE)
    expect(diagnostics).toMatchObject([{ severity: 'warning', line: 1, column: 39 }])
  })

  it('finds a syntax error', () => {
    const { value, diagnostics } = parseDefinition('actions: [\n', FILE)
    expect(value).toBeUndefined()
    expect(diagnostics[0]).toMatchObject({ severity: 'error', file: FILE })
  })
})

describe('parseAttributes', () => {
  it.each([
    ['nothing', ''],
    ['comments', '# none\n'],
    ['null', 'null\n'],
  ])('takes %s for no attributes', (_name, text) => {
    expect(parseAttributes(text, 'attributes')).toEqual({ value: new Map(), diagnostics: [] })
  })

  it('refuses what is no map', () => {
    const { value, diagnostics } = parseAttributes('- a\n', 'attributes')
    expect(value).toBeUndefined()
    expect(diagnostics[0]?.message).toBe(
      'the file is not a map of attributes: each is `name: value`',
    )
  })
})
