import { describe, expect, it } from 'vitest'
import { parse, withInterfaces } from './testing/examples.ts'

const PLACE = { file: 'neighbordb' }

/** A neighbordb of one pattern with these lines. */
function onePattern(...lines: readonly string[]): string {
  return `patterns:\n  - ${lines.join('\n    ')}\n`
}

function summary(text: string, identifier?: 'systemmac') {
  const { value, diagnostics } = parse(text, identifier)
  return {
    patterns: value?.patterns.map(({ kind, name }) => `${kind} ${name}`),
    found: diagnostics.map(({ severity, code, line, column }) =>
      [severity, code, `${line}:${column}`].join(' '),
    ),
    messages: diagnostics.map(({ message }) => message).join('\n'),
    diagnostics,
  }
}

const EXAMPLE = `
variables:
  any_spine: regex('spine\\d+')
patterns:
  - name: leaf in pod 1
    definition: leaf
    variables: {x: includes('a')}
    interfaces:
      - Ethernet49: $any_spine:Ethernet1/1
      - Ethernet50: {device: pod1-spine2, port: any}
      - any: regex('.*-oob'):any
      - Ethernet1-2 , 4: $x
  - {name: 7, definition: /leaf/seven, node: 001122334455}
  - name: by model
    definition: leaf
    model: 'DCS-7050.*'
    config-handler: alarm
    node: null
`

describe('parseNeighbordb', () => {
  it('reads every form of the documentation', () => {
    const { value, diagnostics } = parse(EXAMPLE)
    expect(diagnostics).toEqual([])
    expect(value?.patterns).toMatchObject([
      {
        kind: 'valid',
        name: 'leaf in pod 1',
        line: 5,
        definition: 'leaf',
        node: null,
        model: null,
        configHandler: null,
        variables: [
          { name: 'any_spine', text: "regex('spine\\d+')" },
          { name: 'x', text: "includes('a')" },
        ],
        interfaces: [
          {
            line: 9,
            local: ['Ethernet49'],
            device: { kind: 'regex', text: 'spine\\d+' },
            port: { kind: 'exact', text: 'Ethernet1/1' },
            written: { local: 'Ethernet49', remote: '$any_spine:Ethernet1/1' },
          },
          {
            device: { kind: 'exact', text: 'pod1-spine2' },
            port: { kind: 'any' },
            written: { remote: { device: 'pod1-spine2', port: 'any' } },
          },
          { local: 'any', device: { kind: 'regex', text: '.*-oob' }, port: { kind: 'any' } },
          {
            local: ['Ethernet1', 'Ethernet2', 'Ethernet4'],
            device: { kind: 'includes', text: 'a' },
          },
        ],
      },
      { name: '7', definition: 'leaf/seven', node: { id: '001122334455' }, interfaces: null },
      { name: 'by model', model: 'DCS-7050.*', configHandler: 'alarm', node: null },
    ])
  })

  it.each([
    ['nothing', ''],
    ['a comment', '# none yet\n'],
    ['null patterns', 'patterns:\n'],
    ['an empty list', 'patterns: []\nvariables: {}\n'],
    ['variables alone', 'variables: {x: y}\n'],
  ])('finds no patterns in %s', (_name, text) => {
    expect(parse(text)).toEqual({ value: { patterns: [] }, diagnostics: [] })
  })

  it.each([
    ['a list', '- name: x\n', 'ZTP_BAD_SHAPE'],
    ['text', 'hello\n', 'ZTP_BAD_SHAPE'],
    ['patterns that are a map', 'patterns: {a: b}\n', 'ZTP_BAD_SHAPE'],
    ['patterns that are text', 'patterns: x\n', 'ZTP_BAD_SHAPE'],
    ['no YAML', 'patterns: [\n', undefined],
  ])('is broken as a whole by %s', (_name, text, code) => {
    const { value, diagnostics } = parse(text)
    expect(value).toBeUndefined()
    expect(diagnostics[0]).toMatchObject({ ...PLACE, severity: 'error', ...(code && { code }) })
  })

  const INVALID: readonly (readonly [
    name: string,
    text: string,
    found: string,
    message: RegExp,
  ])[] = [
    ['no name', onePattern('definition: d', 'model: x'), 'ZTP_MISSING_KEY 2:5', /no 'name'/],
    [
      'a null name',
      onePattern('name:', 'definition: d', 'model: x'),
      'ZTP_MISSING_KEY 2:5',
      /no 'name'/,
    ],
    ['no definition', onePattern('name: p', 'model: x'), 'ZTP_MISSING_KEY 2:5', /no 'definition'/],
    [
      'nothing to match',
      onePattern('name: p', 'definition: d'),
      'ZTP_MISSING_KEY 2:5',
      /at least one of/,
    ],
    [
      'only null to match',
      onePattern('name: p', 'definition: d', 'node: ~', 'interfaces:'),
      'ZTP_MISSING_KEY 2:5',
      /at least one of/,
    ],
    [
      'node and model',
      onePattern('name: p', 'definition: d', 'node: A', 'model: B'),
      'ZTP_CONFLICTING_KEYS 2:5',
      /exclude each other/,
    ],
    [
      'an unknown key',
      onePattern('name: p', 'definition: d', 'model: x', 'interface: []'),
      'ZTP_UNKNOWN_KEY 5:5',
      /did you mean 'interfaces'/,
    ],
    [
      'both spellings',
      onePattern('name: p', 'definition: d', 'model: x', 'config-handler: a', 'config_handler: b'),
      'ZTP_CONFLICTING_KEYS 6:5',
      /'config-handler' is given twice/,
    ],
    [
      'a list for a name',
      onePattern('name: [a]', 'definition: d', 'model: x'),
      'ZTP_BAD_SHAPE 2:11',
      /text or an integer, not a list/,
    ],
    [
      'a fraction for a name',
      onePattern('name: 1.5', 'definition: d', 'model: x'),
      'ZTP_BAD_SHAPE 2:11',
      /text or an integer/,
    ],
    [
      'white space in the definition',
      onePattern('name: p', 'definition: a b', 'model: x'),
      'ZTP_INVALID_PATH 3:17',
      /white space/,
    ],
    [
      'a definition outside',
      onePattern('name: p', 'definition: ../x', 'model: x'),
      'ZTP_INVALID_PATH 3:17',
      /leaves definitions/,
    ],
    [
      'an empty definition',
      onePattern('name: p', 'definition: /', 'model: x'),
      'ZTP_INVALID_PATH 3:17',
      /is empty/,
    ],
    [
      'a map for a definition',
      onePattern('name: p', 'definition: {}', 'model: x'),
      'ZTP_BAD_SHAPE 3:17',
      /must be a text, not a map/,
    ],
    [
      'an unsafe node',
      onePattern('name: p', 'definition: d', 'node: a/b'),
      'ZTP_INVALID_NODE 4:11',
      /not a serial number/,
    ],
    [
      'a bad model',
      onePattern('name: p', 'definition: d', "model: '('"),
      'ZTP_INVALID_REGEX 4:12',
      /invalid regular expression '\('/,
    ],
    ['text for a pattern', 'patterns:\n  - hello\n', 'ZTP_BAD_SHAPE 2:5', /must be a map/],
    [
      'a map of interfaces',
      onePattern('name: p', 'definition: d', 'interfaces: {any: any}'),
      'ZTP_BAD_SHAPE 4:17',
      /must be a list/,
    ],
    [
      'text for an interface pattern',
      withInterfaces('spine1'),
      'ZTP_BAD_SHAPE 5:9',
      /INTERFACE: DEVICE:PORT/,
    ],
    [
      'no neighbor',
      withInterfaces('Ethernet1:'),
      'ZTP_INVALID_NEIGHBOR 5:9',
      /neighbor is missing/,
    ],
    [
      'a list for a neighbor',
      withInterfaces('Ethernet1: [a]'),
      'ZTP_INVALID_NEIGHBOR 5:9',
      /is a list/,
    ],
    [
      'no device',
      withInterfaces("Ethernet1: ':x'"),
      'ZTP_INVALID_NEIGHBOR 5:9',
      /the device is empty/,
    ],
    ['no port', withInterfaces("Ethernet1: 'x:'"), 'ZTP_INVALID_NEIGHBOR 5:9', /the port is empty/],
    [
      'white space in a device',
      withInterfaces('Ethernet1: a b:c'),
      'ZTP_INVALID_NEIGHBOR 5:9',
      /write exact\('a b'\)/,
    ],
    [
      'three parts',
      withInterfaces('Ethernet1: a:b:c'),
      'ZTP_INVALID_NEIGHBOR 5:9',
      /more than one ':'/,
    ],
    [
      'no device in a map',
      withInterfaces('Ethernet1: {port: x}'),
      'ZTP_MISSING_KEY 5:9',
      /no 'device'/,
    ],
    [
      'an unknown key in a map',
      withInterfaces('Ethernet1: {device: x, prt: y}'),
      'ZTP_UNKNOWN_KEY 5:9',
      /did you mean 'port'/,
    ],
    [
      'a list in a map',
      withInterfaces('Ethernet1: {device: [x]}'),
      'ZTP_INVALID_NEIGHBOR 5:9',
      /the device is a list/,
    ],
    [
      'a bad local interface',
      withInterfaces('Ethernet1,2,x3: any'),
      'ZTP_INVALID_INTERFACE 5:9',
      /'x3' is neither/,
    ],
    [
      'an endless range',
      withInterfaces('Ethernet1-999999: any'),
      'ZTP_INVALID_INTERFACE 5:9',
      /more than 4096/,
    ],
    [
      'an unknown function',
      withInterfaces("any: regexp('x'):any"),
      'ZTP_UNKNOWN_FUNCTION 5:9',
      /did you mean 'regex'/,
    ],
    [
      'an unquoted argument',
      withInterfaces('any: regex(x):any'),
      'ZTP_INVALID_ARGUMENT 5:9',
      /regex\('…'\)/,
    ],
    [
      'two arguments',
      withInterfaces("any: exact('a', b)"),
      'ZTP_INVALID_ARGUMENT 5:9',
      /one quoted argument/,
    ],
    [
      'a bad expression',
      withInterfaces("any: any:regex('[')"),
      'ZTP_INVALID_REGEX 5:9',
      /unterminated/,
    ],
    [
      'an expression nobody can run',
      withInterfaces("any: regex('(a)?(?(1)b|c)')"),
      'ZTP_INVALID_REGEX 5:9',
      /cannot be translated/,
    ],
    [
      'an undefined variable',
      withInterfaces('any: $nope:any'),
      'ZTP_UNKNOWN_VARIABLE 5:9',
      /'nope' is not defined/,
    ],
    [
      'a dollar alone',
      withInterfaces('any: any:$'),
      'ZTP_UNKNOWN_VARIABLE 5:9',
      /names no variable/,
    ],
    [
      'a dollar word',
      withInterfaces('any: $any'),
      'ZTP_UNKNOWN_VARIABLE 5:9',
      /'any' is not defined/,
    ],
    [
      'any: any:none',
      withInterfaces('any: any:none'),
      'ZTP_BOGUS_INTERFACE_PATTERN 5:9',
      /'any: any:none'/,
    ],
    [
      'any: none:none',
      withInterfaces('any: none'),
      'ZTP_BOGUS_INTERFACE_PATTERN 5:9',
      /mean nothing/,
    ],
    [
      'any: none:any',
      withInterfaces('any: none:any'),
      'ZTP_BOGUS_INTERFACE_PATTERN 5:9',
      /mean nothing/,
    ],
    [
      'any: none:PORT',
      withInterfaces('any: none:Ethernet1'),
      'ZTP_BOGUS_INTERFACE_PATTERN 5:9',
      /mean nothing/,
    ],
    [
      'none: any:any',
      withInterfaces('none: any'),
      'ZTP_BOGUS_INTERFACE_PATTERN 5:9',
      /mean nothing/,
    ],
    [
      'none: any:none',
      withInterfaces('none: any:none'),
      'ZTP_BOGUS_INTERFACE_PATTERN 5:9',
      /mean nothing/,
    ],
    [
      'none: none:any',
      withInterfaces('none: none:any'),
      'ZTP_BOGUS_INTERFACE_PATTERN 5:9',
      /mean nothing/,
    ],
    [
      'none: none:PORT',
      withInterfaces('none: none:Ethernet1'),
      'ZTP_BOGUS_INTERFACE_PATTERN 5:9',
      /mean nothing/,
    ],
    [
      'a bogus map',
      withInterfaces('none: {device: none}'),
      'ZTP_BOGUS_INTERFACE_PATTERN 5:9',
      /'none: none:any'/,
    ],
  ]
  it.each(INVALID)('makes a pattern with %s invalid', (_name, text, found, message) => {
    const got = summary(text)
    expect(got.found).toEqual([`error ${found}`])
    expect(got.messages).toMatch(message)
    expect(got.patterns).toEqual([expect.stringMatching(/^invalid /)])
  })

  const VALID: readonly (readonly [name: string, text: string])[] = [
    ['none: none:none', withInterfaces('none: none:none')],
    ['none: none', withInterfaces('none: none')],
    ['no interfaces in a list', onePattern('name: p', 'definition: d', 'interfaces: []')],
    [
      'a node beside interfaces',
      onePattern('name: p', 'definition: d', 'node: A', 'interfaces: []'),
    ],
    [
      'null keys',
      onePattern(
        'name: p',
        'definition: d',
        'node: A',
        'model:',
        'variables:',
        'config-handler: ~',
      ),
    ],
    ['config_handler', onePattern('name: p', 'definition: d', 'model: x', 'config_handler: a/b')],
    ['an integer for a name', onePattern('name: 0123', 'definition: d', 'model: x')],
    [
      'white space around colons and items',
      withInterfaces("'Ethernet1 , 2': 'a : b'", "any: ' any : any '"),
    ],
    ['a map with a null port', withInterfaces('any: {device: a, port: }')],
    ['several interfaces in one item', withInterfaces('{Ethernet1: a, Ethernet2: b}')],
    ['a function with white space in it', withInterfaces(`any: "exact('a b'):any"`)],
    ['a number for a device', withInterfaces('any: 12:30')],
  ]
  it.each(VALID)('takes %s', (_name, text) => {
    const got = summary(text)
    expect(got.messages).toBe('')
    expect(got.patterns).toEqual([expect.stringMatching(/^valid /)])
  })

  it('names the pattern at fault, its line and its text', () => {
    const { diagnostics } = summary(withInterfaces('any: none'))
    expect(diagnostics).toEqual([
      {
        code: 'ZTP_BOGUS_INTERFACE_PATTERN',
        severity: 'error',
        file: 'neighbordb',
        line: 5,
        column: 9,
        pattern: 'p',
        source: '      - any: none',
        message: expect.stringContaining("'any: none'"),
      },
    ])
  })

  it('collects every error, and keeps the other patterns', () => {
    const text = `${withInterfaces('any: none', 'x1: any')}  - {name: q, definition: d, model: x}\n`
    expect(summary(text)).toMatchObject({
      patterns: ['invalid p', 'valid q'],
      found: ['error ZTP_BOGUS_INTERFACE_PATTERN 5:9', 'error ZTP_INVALID_INTERFACE 6:9'],
    })
  })

  it('reports an unknown key of the file', () => {
    expect(summary('pattern: []\n')).toMatchObject({
      patterns: [],
      found: ['error ZTP_UNKNOWN_KEY 1:1'],
      messages: expect.stringMatching(/did you mean 'patterns'/),
    })
  })

  it('warns of a node that has a pattern already', () => {
    const pattern = (name: string, node: string) =>
      `  - {name: ${name}, definition: d, node: ${node}}\n`
    const text = `patterns:\n${pattern('a', '"00:11:22:33:44:55"')}${pattern('b', '0011.2233.4455')}`
    expect(summary(text, 'systemmac')).toMatchObject({
      patterns: ['valid a', 'valid b'],
      found: [expect.stringMatching(/^warning ZTP_DUPLICATE_NODE 3:/)],
      messages: expect.stringMatching(/on line 2 already, which wins/),
    })
  })

  it('wants a MAC for a node where nodes are MACs', () => {
    const text = onePattern('name: p', 'definition: d', 'node: ABC123')
    expect(summary(text, 'systemmac').messages).toMatch(/not a MAC such as 00:11:22:33:44:55/)
  })

  it('warns of an interface that two interface patterns need', () => {
    expect(summary(withInterfaces('Ethernet1-3: any', 'Et2: spine1'))).toMatchObject({
      patterns: ['valid p'],
      found: ['warning ZTP_UNREACHABLE_PATTERN 6:9'],
    })
  })
})

describe('variables', () => {
  it.each([
    ['a map', 'variables: {x: a, y: b}\n'],
    ['a list of maps', 'variables: [{x: a}, {y: b}]\n'],
  ])('are read from %s', (_name, variables) => {
    const { value } = parse(variables + withInterfaces('any: $x:$y'))
    expect(value?.patterns[0]).toMatchObject({
      interfaces: [{ device: { kind: 'exact', text: 'a' }, port: { kind: 'exact', text: 'b' } }],
    })
  })

  const own = (...lines: readonly string[]) =>
    withInterfaces('any: $x').replace(
      '    interfaces',
      `    variables: {${lines.join(', ')}}\n    interfaces`,
    )

  it.each([
    [
      'a function',
      "variables: {x: exact('a b')}\n",
      withInterfaces('any: $x'),
      { kind: 'exact', text: 'a b' },
    ],
    [
      'another variable',
      'variables: {x: $y, y: z}\n',
      withInterfaces('any: $x'),
      { kind: 'exact', text: 'z' },
    ],
    ['the word any', 'variables: {x: any}\n', withInterfaces('any: $x'), { kind: 'any' }],
    [
      'what the pattern says',
      'variables: {x: file}\n',
      own('x: own'),
      { kind: 'exact', text: 'own' },
    ],
    [
      'what the file says',
      'variables: {x: file}\n',
      own('y: own'),
      { kind: 'exact', text: 'file' },
    ],
    [
      'text as written',
      'variables: {x: 0123}\n',
      withInterfaces('any: $x'),
      { kind: 'exact', text: '0123' },
    ],
  ])('may stand for %s', (_name, variables, text, device) => {
    const { value, diagnostics } = parse(variables + text)
    expect(diagnostics).toEqual([])
    expect(value?.patterns[0]).toMatchObject({ interfaces: [{ device }] })
  })

  it('may stand for a port of any number', () => {
    const { value } = parse(`variables: {x: Ethernet1/$}\n${withInterfaces('any: any:$x')}`)
    expect(value?.patterns[0]).toMatchObject({
      interfaces: [{ port: { kind: 'numbered', text: 'Ethernet1/' } }],
    })
  })

  it.each([
    ['an unknown function', "variables: {x: like('a')}\n", 'error ZTP_UNKNOWN_FUNCTION 6:9'],
    ['a bad expression', "variables: {x: regex('(')}\n", 'error ZTP_INVALID_REGEX 6:9'],
    ['an undefined variable', 'variables: {x: $z}\n', 'error ZTP_UNKNOWN_VARIABLE 6:9'],
    ['a circle', 'variables: {x: $y, y: $x}\n', 'error ZTP_UNKNOWN_VARIABLE 6:9'],
    ['nothing', 'variables: {x: }\n', 'error ZTP_UNKNOWN_VARIABLE 6:9'],
  ])('make the pattern invalid that uses %s', (_name, variables, found) => {
    const got = summary(variables + withInterfaces('any: $x'))
    expect(got).toMatchObject({ patterns: ['invalid p'], found: [found] })
  })

  it('are only warned of where nobody uses them', () => {
    const got = summary(`variables: {x: like('a'), y: $z, ok: b}\n${withInterfaces('any: any')}`)
    expect(got.patterns).toEqual(['valid p'])
    expect(got.found).toEqual([
      'warning ZTP_UNKNOWN_FUNCTION 1:16',
      'warning ZTP_UNKNOWN_VARIABLE 1:30',
    ])
    const inPattern = own('x: a', "y: like('b')")
    expect(summary(inPattern)).toMatchObject({
      patterns: ['valid p'],
      found: [expect.stringMatching(/^warning ZTP_UNKNOWN_FUNCTION 4:/)],
    })
  })

  it.each(['any', 'none'])('are not called %s', (name) => {
    const got = summary(`variables: {${name}: b}\n${withInterfaces('any: any')}`)
    expect(got).toMatchObject({
      patterns: ['valid p'],
      found: ['error ZTP_RESERVED_VARIABLE 1:13'],
    })
  })

  it.each([
    ['a text', 'variables: x\n'],
    ['a list of texts', 'variables: [x]\n'],
    ['a list for a value', 'variables: {y: [x]}\n'],
  ])('cannot be %s', (_name, variables) => {
    const got = summary(variables + withInterfaces('any: any'))
    expect(got.patterns).toEqual(['valid p'])
    expect(got.found).toEqual([expect.stringMatching(/^error ZTP_BAD_SHAPE 1:/)])
  })
})
