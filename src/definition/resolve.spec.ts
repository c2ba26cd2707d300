import { describe, expect, it } from 'vitest'
import { toJson } from '../kernel/json.ts'
import type { Value, ValueMap } from '../kernel/value.ts'
import type { Definition } from './definition.ts'
import { parseAttributes, parseDefinition } from './parse.ts'
import { draftDefinition, resolveDefinition } from './resolve.ts'
import { staticDefinition } from './static.ts'

function definition(text: string): Definition {
  const { value, diagnostics } = parseDefinition(text, 'definitions/leaf')
  if (value === undefined) throw new Error(diagnostics.map((each) => each.message).join())
  return value
}

function attributes(text: string): ValueMap {
  return parseAttributes(text, 'attributes').value ?? new Map()
}

/** The attributes of each action as sent; a call answers with its own text in angle brackets. */
async function sent(text: string, nodeAttributes = '', calls: string[] = []): Promise<unknown> {
  const resolved = await resolveDefinition(
    definition(text),
    attributes(nodeAttributes),
    async (call) => {
      calls.push(call.text)
      return `<${call.text}>`
    },
  )
  const { actions } = JSON.parse(toJson(resolved))
  return actions.map((action: { attributes: unknown }) => action.attributes)
}

/** One action with these attributes, and these around it. */
function one(own: string, global = '{}'): string {
  return `attributes: ${global}\nactions:\n  - action: a\n    attributes: ${own}\n`
}

describe('attribute scopes', () => {
  const cases: readonly (readonly [string, string, string, string, unknown])[] = [
    ['nothing anywhere', '{}', '{}', '', {}],
    ['the action before the node', '{x: action}', '{}', 'x: node', { x: 'action' }],
    ['the node before the definition', '{}', '{x: global}', 'x: node', { x: 'node' }],
    ['all three together', '{a: 1}', '{c: 3}', 'b: 2', { a: 1, b: 2, c: 3 }],
    [
      'maps merged',
      '{m: {a: 1}}',
      '{m: {c: 3, a: 0}}',
      'm: {b: 2, c: 2}',
      { m: { a: 1, b: 2, c: 2 } },
    ],
    [
      'maps merged in depth',
      '{m: {n: {a: 1}}}',
      '{m: {n: {b: 2}}}',
      '',
      { m: { n: { a: 1, b: 2 } } },
    ],
    ['a text over a map', '{m: x}', '{m: {a: 1}}', '', { m: 'x' }],
    ['a list over a list', '{l: [1]}', '{l: [2, 3]}', '', { l: [1] }],
    ['null as a value', '{x: null}', '{x: 1}', '', { x: null }],
  ]
  it.each(cases)('%s', async (_name, own, global, node, expected) => {
    expect(await sent(one(own, global), node)).toEqual([expected])
  })
})

describe('references', () => {
  const cases: readonly (readonly [string, string, string, string, Value | object])[] = [
    ['to global scope', '$x', '{x: 1}', '', 1],
    ['to the attributes file', '$x', '{}', 'x: 2', 2],
    ['to the narrower of both', '$x', '{x: 1}', 'x: 2', 2],
    ['to a map of both', '$m', '{m: {a: 1}}', 'm: {b: 2}', { a: 1, b: 2 }],
    ['to nothing', '$x', '{}', '', null],
    ['in a list in a map', '{l: [a, $x]}', '{x: 1}', '', { l: ['a', 1] }],
    ['in a chain', '$x', '{x: $y, y: $z, z: [end]}', '', ['end']],
    ['to a value with references in it', '$x', '{x: [$y, $y], y: 1}', '', [1, 1]],
    ['to a call', '$x', '{x: "test(\'p\')"}', '', "<test('p')>"],
    ['not in the middle of a text', 'a$x', '{x: 1}', '', 'a$x'],
    ['escaped', '$$x', '{x: 1}', '', '$x'],
    ['escaped twice', '$$$x', '{x: 1}', '', '$$x'],
    ['to an escaped one', '$y', '{x: 1, y: $$x}', '', '$x'],
    ['not to action scope', '$own', '{}', '', null],
    ['to the wider value of the same name', '$k', '{k: wide}', '', 'wide'],
  ]
  it.each(cases)('%s', async (_name, value, global, node, expected) => {
    const [action] = Object.values(
      (await sent(one(`{k: ${value}, own: 1}`, global), node)) as object,
    )
    expect(action.k).toEqual(expected)
  })

  const cycles: readonly (readonly [string, string, string])[] = [
    ['itself', '{x: $x}', '$x → $x'],
    ['one another', '{x: $y, y: $z, z: $x}', '$x → $y → $z → $x'],
    ['something inside itself', '{x: {deep: [$x]}}', '$x → $x'],
    ['a cycle further on', '{w: $x, x: $y, y: $x}', '$x → $y → $x'],
  ]
  it.each(cycles)('to %s is an error that names the cycle', async (_name, global, cycle) => {
    await expect(sent(one('{}', global))).rejects.toMatchObject({
      code: 'ZTP_REFERENCE_CYCLE',
      message: expect.stringMatching(new RegExp(`${cycle.replaceAll('$', '\\$')}$`)),
    })
  })

  it('that multiply without end are refused, not built', async () => {
    const levels = Array.from({ length: 40 }, (_, at) => `a${at}: [$a${at + 1}, $a${at + 1}]`)
    const global = `{${levels.join(', ')}, a40: lol}`
    await expect(sent(one('{}', global))).rejects.toThrow(/come to more than \d+ characters/)
  })

  it('that chain without end are refused', async () => {
    const levels = Array.from({ length: 5_000 }, (_, at) => `a${at}: $a${at + 1}`)
    await expect(sent(one('{}', `{${levels.join(', ')}}`))).rejects.toThrow(/levels deep/)
  })

  it('in a scope that an action overrides do no harm', async () => {
    expect(await sent(one('{x: own}', '{x: $x}'))).toEqual([{ x: 'own' }])
  })
})

describe('plugin calls', () => {
  const cases: readonly (readonly [string, string, unknown])[] = [
    ['single quotes', `"test('p')"`, "<test('p')>"],
    ['double quotes', `'test("p")'`, '<test("p")>'],
    ['a label', `"test('p', 'l')"`, "<test('p', 'l')>"],
    ['in depth', `[{a: "test('p')"}]`, [{ a: "<test('p')>" }]],
    ['no quotes', 'test(p)', 'test(p)'],
    ['a part of a text', `"x test('p')"`, "x test('p')"],
    ['three arguments', `"test('p','l','m')"`, "test('p','l','m')"],
  ]
  it.each(cases)('%s', async (_name, value, expected) => {
    expect(await sent(one(`{k: ${value}}`))).toEqual([{ k: expected }])
  })

  it('are made once each, in the order in which they are sent', async () => {
    const calls: string[] = []
    await sent(
      `attributes: {g: "test('g')", unused: "test('overridden')"}
actions:
  - {action: a, attributes: {x: "test('x')", g2: $g, unused: 1}}
  - {action: b, attributes: {y: ["test('y')", "test('x')"], unused: 2}}`,
      '',
      calls,
    )
    expect(calls).toEqual(["test('g')", "test('x')", "test('y')"])
  })

  it('tell a label from none', async () => {
    const text = one(`{k: ["test('p')", "test('p', 'l')"]}`)
    const calls = [...draftDefinition(definition(text), new Map()).calls.values()]
    expect(calls).toEqual([
      { name: 'test', pool: 'p', text: "test('p')" },
      { name: 'test', pool: 'p', label: 'l', text: "test('p', 'l')" },
    ])
  })

  it('yield what the plugin returned, whatever it looks like', async () => {
    const answers = ['$x', "test('again')", new Map([['deep', '$x']])]
    const text = one(`{k: ["a('1')", "a('2')", "a('3')"]}`, '{x: 1}')
    const resolved = await resolveDefinition(definition(text), new Map(), async () => {
      return answers.shift() ?? null
    })
    expect(toJson(resolved.get('actions') ?? null)).toContain(
      `"k": ["$x", "test('again')", {"deep": "$x"}]`,
    )
  })

  it('that fail end it with their error', async () => {
    const failing = resolveDefinition(definition(one(`{k: "a('1')"}`)), new Map(), () =>
      Promise.reject(new Error('pool empty')),
    )
    await expect(failing).rejects.toThrow('pool empty')
  })
})

describe('resolveDefinition', () => {
  it('sends all keys in their order, numbers as Python would, attributes always', async () => {
    const text = `name: leaf
x-note: {kept: [1.0, 12345678901234567890]}
attributes: {v: 1.0, r: $v}
actions:
  - action: first
    timeout: 5
  - name: second
    action: second
    attributes:
`
    const resolved = await resolveDefinition(definition(text), new Map(), async () => null)
    expect(toJson(resolved)).toBe(
      '{"name": "leaf", "x-note": {"kept": [1.0, 12345678901234567890]}, ' +
        '"attributes": {"v": 1.0, "r": "$v"}, "actions": [' +
        '{"action": "first", "timeout": 5, "attributes": {"v": 1.0, "r": 1.0}}, ' +
        '{"name": "second", "action": "second", "attributes": {"v": 1.0, "r": 1.0}}]}',
    )
  })

  it('installs a static startup-config, then what is always executed', async () => {
    const own = definition(`name: leaf
attributes: {v: 1, url: wide}
actions:
  - {action: never, attributes: {always_execute: false}}
  - {action: level, always_execute: true, attributes: {w: $v}}
  - {action: among, attributes: {always_execute: true}}`)
    const url = 'http://ztps/nodes/N/startup-config'
    const resolved = await resolveDefinition(
      staticDefinition(url, own),
      attributes('n: 2'),
      async () => null,
    )
    expect(JSON.parse(toJson(resolved))).toEqual({
      name: 'Autogenerated definition',
      actions: [
        {
          name: 'install static startup-config file',
          action: 'replace_config',
          always_execute: true,
          attributes: { url },
        },
        { action: 'level', always_execute: true, attributes: { v: 1, url: 'wide', n: 2, w: 1 } },
        { action: 'among', attributes: { v: 1, url: 'wide', n: 2, always_execute: true } },
      ],
    })
  })

  it('installs a static startup-config without any definition', async () => {
    const resolved = await resolveDefinition(staticDefinition('u'), new Map(), async () => null)
    expect(toJson(resolved)).toBe(
      '{"name": "Autogenerated definition", "actions": [{"name": "install static startup-config ' +
        'file", "action": "replace_config", "always_execute": true, "attributes": {"url": "u"}}]}',
    )
  })
})
