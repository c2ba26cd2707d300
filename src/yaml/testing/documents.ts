import fc from 'fast-check'

const scalar = fc.constantFrom(
  ...['a', 'b c', '12', '0x1f', '012', 'yes', "'s''t'", '"q: r"', '"x\\ty"', '~', '', '1.5'],
  ...[
    '10.0.0.1/24',
    '2024-01-01',
    '2024-02-30',
    '1:30',
    'x: y',
    'a #c',
    '#c',
    '<<',
    '=',
    '!!str 1',
  ],
  ...[
    '!!int x',
    '!foo',
    '&a v',
    '*a',
    '|\n   text\n    more\n\n',
    '>-\n   one\n   two\n',
    'a\n   b',
  ],
  ...[
    '"a\n   b"',
    '"a',
    "'",
    '[',
    '}',
    '[a, b: c]',
    '{a: 1, b}',
    '{a:1}',
    '? x',
    '- x',
    '\t',
    'k:',
  ],
  ...['%', '@', '`', '---', '...', '\\', '"\\q"', 'é', '-', '--', ':', '::', '?'],
)
const lead = fc.constantFrom('', '', '- ', '- - ', 'k: ', 'j: ', 'k:', '? ', ': ', '"q": ')
const indent = fc.constantFrom('', '', '  ', '  ', '    ', ' ')

/** Lines put together of what YAML is made of; some are YAML, most nearly. */
export const soup = fc
  .array(
    fc.tuple(indent, lead, scalar).map((parts) => parts.join('')),
    { minLength: 1, maxLength: 7 },
  )
  .map((lines) => lines.join('\n'))

const flow: fc.Arbitrary<string> = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('a', '1', '"q"', 'null', "'x: y'", 'a b', '0.5', 'http://h:1/x'),
    fc.array(tie('node'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    fc
      .array(fc.tuple(fc.constantFrom('a', 'b', '1', '"c"'), tie('node')), { maxLength: 3 })
      .map((entries) => `{${entries.map(([key, value]) => `${key}: ${value}`).join(', ')}}`),
  ),
})).node

const block: fc.Arbitrary<readonly string[]> = fc.letrec<{ node: readonly string[] }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.oneof(scalar, flow).map((text) => [text]),
    fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map(listLines),
    fc
      .array(fc.tuple(fc.constantFrom('a', 'b', '1', '"c"', '<<'), tie('node')), {
        minLength: 1,
        maxLength: 3,
      })
      .map((entries) => entries.flatMap(([key, lines]) => entryLines(key, lines))),
  ),
})).node

function listLines(items: readonly (readonly string[])[]): readonly string[] {
  return items.flatMap((lines) => lines.map((line, at) => `${at === 0 ? '- ' : '  '}${line}`))
}

function entryLines(key: string, lines: readonly string[]): readonly string[] {
  const [only = ''] = lines
  if (lines.length === 1) return [`${key}: ${only}`]
  return [`${key}:`, ...lines.map((line) => `  ${line}`)]
}

/** Nested lists and maps in block style. */
export const documents = block.map((lines) => `${lines.join('\n')}\n`)
