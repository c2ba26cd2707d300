import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDiagnostic } from '../../kernel/diagnostic.ts'
import type { NewEntry, PoolEntryStatus } from '../../resource/pool-admin.ts'
import { exportLines } from './export-pool.ts'
import { POOL_FORMATS, type PoolFormat } from './pool-format.ts'
import { formatOf, readEntries } from './read-entries.ts'

const read = (text: string, format?: PoolFormat) => {
  const { value, diagnostics } = readEntries(text, 'in', format)
  return { value, found: diagnostics.map(formatDiagnostic) }
}

const SINCE = Date.UTC(2026, 10, 22, 14, 22, 33, 7)

describe('readEntries', () => {
  const texts: readonly (readonly [string, string, readonly NewEntry[]])[] = [
    [
      'CSV with all columns',
      `key,holder,state,since
10.0.0.1/24,,free,
10.0.0.2/24,N1,in use,2026-11-22T14:22:33.007Z
10.0.0.3/24,N1/lo,reserved,2026-11-22T15:22:33.007+01:00
10.0.0.4/24,"printer, floor 3",held,
`,
      [
        { key: '10.0.0.1/24', holder: null },
        { key: '10.0.0.2/24', holder: 'N1', state: 'in use', since: SINCE },
        { key: '10.0.0.3/24', holder: 'N1/lo', state: 'reserved', since: SINCE },
        { key: '10.0.0.4/24', holder: 'printer, floor 3', state: 'held' },
      ],
    ],
    [
      'a time without a state',
      'key,holder,since\na,N1,2026-11-22T14:22:33.007Z\n',
      [{ key: 'a', holder: 'N1', state: 'reserved', since: SINCE }],
    ],
    [
      'a list of keys',
      'key\na\nb\n',
      [
        { key: 'a', holder: null },
        { key: 'b', holder: null },
      ],
    ],
    [
      "the columns of ZTPServer's tables, in any order and case",
      'Node_ID, Key\r\nN1, a\r\n,b\r\nNone,c\r\n'.replaceAll(', a', ',a'),
      [
        { key: 'a', holder: 'N1', state: 'held' },
        { key: 'b', holder: null },
        { key: 'c', holder: null },
      ],
    ],
    [
      'JSON as exported',
      '{"pool": "p", "entries": [{"key": "a", "holder": null, "state": "free", "since": null}, {"key": "b", "holder": "N1", "state": "in use", "since": "2026-11-22T14:22:33.007Z"}]}',
      [
        { key: 'a', holder: null },
        { key: 'b', holder: 'N1', state: 'in use', since: SINCE },
      ],
    ],
    [
      'a list of JSON',
      '["a", 65101, {"key": "b"}]',
      [
        { key: 'a', holder: null },
        { key: '65101', holder: null },
        { key: 'b', holder: null },
      ],
    ],
    [
      'a pool file',
      '# mgmt\n001122334455: null\nb: N1/lo # x\n"c d": None\n',
      [
        { key: '001122334455', holder: null },
        { key: 'b', holder: 'N1/lo', state: 'held' },
        { key: 'c d', holder: null },
      ],
    ],
    [
      'a pool file in flow style',
      '{a: null, b: N1}',
      [
        { key: 'a', holder: null },
        { key: 'b', holder: 'N1', state: 'held' },
      ],
    ],
    ['nothing', '', []],
    ['a header and nothing more', 'key,holder\n', []],
  ]
  it.each(texts)('reads %s', (_name, text, expected) => {
    expect(read(text)).toEqual({ value: expected, found: [] })
  })

  const refused: readonly (readonly [string, string, PoolFormat | undefined, readonly string[]])[] =
    [
      [
        'CSV without key',
        'name,holder\na,\n',
        'csv',
        [
          "in:1:1: there is no column 'name': the columns are key, holder, state, since, and key is the one that is needed",
        ],
      ],
      [
        'semicolons',
        'key;holder\na;N1\n',
        undefined,
        [
          "in:1:1: there is no column 'key;holder': columns are separated by commas, not by semicolons",
        ],
      ],
      [
        'a header that lacks key',
        'holder\nN1\n',
        'csv',
        [
          'in:1:1: the header lacks key: the columns are key, holder, state, since, and key is the one that is needed',
        ],
      ],
      [
        'a field too many',
        'key,holder\na,,free\n',
        undefined,
        ['in:2:1: 3 fields stand under 2 columns'],
      ],
      ['an empty key', 'key,holder\n,N1\n', undefined, ['in:2:1: the key is empty']],
      [
        'a key with space around it',
        'key,holder\n a,N1\n',
        undefined,
        ['in:2:1: the key " a" begins or ends with a space'],
      ],
      [
        'a key of two lines',
        'key\n"a\nb"\n',
        undefined,
        ['in:2:1: the key "a\\nb" has a control character'],
      ],
      [
        'a strange state',
        'key,holder,state\na,N1,busy\n',
        undefined,
        ["in:2:1: 'busy' is no state: free, reserved, in use or held"],
      ],
      [
        'a state without a holder',
        'key,holder,state\na,,in use\n',
        undefined,
        ['in:2:1: it is in use, and nobody holds it'],
      ],
      [
        'a holder of what is free',
        'key,holder,state\na,N1,free\n',
        undefined,
        ['in:2:1: it is free, and N1 holds it'],
      ],
      [
        'a time without its zone',
        'key,holder,since\na,N1,2026-11-22 14:22\n',
        undefined,
        ["in:2:1: since is '2026-11-22 14:22', which is no time such as 2026-11-22T14:22:33Z"],
      ],
      [
        'a day that is none',
        'key,holder,since\na,N1,2026-13-40T14:22Z\n',
        undefined,
        ["in:2:1: since is '2026-13-40T14:22Z', which is no time such as 2026-11-22T14:22:33Z"],
      ],
      ['a key twice', 'key,holder\na,\nb,\na,N1\n', undefined, ['in:4:1: a is line 2 already']],
      [
        'every problem at once',
        'key,holder\n,N1\na,b,c\n',
        undefined,
        ['in:2:1: the key is empty', 'in:3:1: 3 fields stand under 2 columns'],
      ],
      [
        'JSON of another shape',
        '{"pool": 1}',
        undefined,
        [expect.stringMatching(/^in:1:1: this is not \{"entries": /)],
      ],
      ['no JSON', '[1,', undefined, [expect.stringMatching(/^in:1:1: not valid JSON/)]],
      [
        'JSON without a key',
        '[{"holder": "N1"}, {"key": 1.5}]',
        undefined,
        [
          'in:1:1: entry 1: it has no key, which is a text or a number',
          'in:1:1: entry 2: it has no key, which is a text or a number',
        ],
      ],
      [
        'JSON with a number for a holder',
        '[{"key": "a", "holder": 1}]',
        undefined,
        ['in:1:1: entry 1: its holder is no text'],
      ],
      ['JSON with a key twice', '["a", "a"]', undefined, ['in:1:1: entry 2: a is entry 1 already']],
      [
        'YAML that is no pool',
        '- a\n',
        undefined,
        [expect.stringMatching(/^in:1:1: a pool is a map/)],
      ],
    ]
  it.each(refused)('refuses %s', (_name, text, format, found) => {
    expect(read(text, format)).toEqual({ value: undefined, found })
  })
})

it.each([
  ['key,holder\n', 'csv'],
  ['\ufeff"key"\na\n', 'csv'],
  ['key: null\n', 'yaml'],
  ['  [1]', 'json'],
  ['{\n  "entries": []}', 'json'],
  ['{"a": null}', 'yaml'],
  ['', 'yaml'],
] as const)('the format of %j is %s', (text, format) => {
  expect(formatOf(text)).toBe(format)
})

const entryText = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
    fc.constantFrom(
      'key',
      '0777',
      '1e3',
      'null',
      '~',
      'a: b',
      '- a',
      '[',
      '{"',
      '# x',
      '10.0.0.1/24',
      "it's",
      '"',
      'yes',
      '1:30',
      '001122334455',
      '2026-11-22',
    ),
  )
  .filter((text) => text.trim() === text && !/\p{Cc}|[\u2028\u2029\ufeff\ufffe\uffff]/u.test(text))
const holder = entryText.filter((text) => !/^(none|~)?$|^null$/i.test(text))
const held = fc.record({
  holder,
  state: fc.constantFrom('reserved', 'in use', 'held'),
  since: fc.option(fc.integer({ min: 0, max: 4e12 }), { nil: undefined }),
})

describe('what is exported', () => {
  const entries = fc.uniqueArray(
    fc.record({ key: entryText, held: fc.option(held, { nil: undefined }) }),
    { selector: (each) => each.key, maxLength: 20 },
  )

  it.each(POOL_FORMATS)('is read back: %s', (format) => {
    fc.assert(
      fc.property(entries, (pool) => {
        const statuses = pool.map(({ key, held: by }): PoolEntryStatus => {
          if (by === undefined) return { key, size: 1, state: 'free', holder: null }
          const { since, ...rest } = by
          return { key, size: 1, ...rest, ...(since === undefined ? {} : { since }) }
        })
        const contents = { kind: 'file', name: 'p', entries: statuses, warnings: [] } as const
        const text = [...exportLines(contents, format)].join('')
        const { value, found } = read(text, format)
        expect(found.filter((each) => !each.includes('which is no node id'))).toEqual([])
        expect(value).toEqual(statuses.map((each) => imported(each, format)))
        if (format !== 'yaml') expect(formatOf(text)).toBe(format)
      }),
      { numRuns: 300 },
    )
  })
})

/** What is to be imported of an entry: a pool file has neither state nor time. */
function imported({ key, holder, state, since }: PoolEntryStatus, format: PoolFormat): NewEntry {
  if (holder === null || state === 'free') return { key, holder }
  if (format === 'yaml') return { key, holder, state: 'held' }
  return { key, holder, state, ...(since === undefined ? {} : { since }) }
}
