import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasErrors } from '../kernel/diagnostic.ts'
import { type IniFile, parseIni } from './ini.ts'

/** Section → key → value, with `[DEFAULT]` entries in every section; null when the file is refused. */
type Reading = Readonly<Record<string, Readonly<Record<string, string>>>> | null

const PROGRAM = `
import configparser, io, json, sys
def read(text):
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_file(io.StringIO(text, newline=None))
    except configparser.Error:
        return None
    return {name: dict(parser.items(name)) for name in parser.sections()}
json.dump([read(text) for text in json.load(sys.stdin)], sys.stdout)
`

function readWithPython(files: readonly string[]): readonly Reading[] {
  const input = JSON.stringify(files)
  return JSON.parse(execFileSync('python3', ['-c', PROGRAM], { input, encoding: 'utf8' }))
}

function readWithOurs(text: string): Reading {
  const { value, diagnostics } = parseIni(text, 'ztpserver.conf')
  return value === undefined || hasErrors(diagnostics) ? null : flatten(value)
}

function flatten({ sections, defaults }: IniFile): Reading {
  const flat = [...sections.values()].map(({ name, entries }) => {
    const all = [...defaults, ...entries].map(([key, { value }]) => [key, value] as const)
    return [name, Object.fromEntries(all)] as const
  })
  return Object.fromEntries(flat)
}

const FILES: readonly (readonly [string, string])[] = [
  ['equals sign and colon', '[a]\nx=1\ny: 2\nz = a:b=c\nw : a=b\n'],
  ['upper-case keys and sections', '[A]\nKey = V\n[a]\nKEY = v\n'],
  ['keys with spaces', '[a]\n two words = 1\n'],
  ['comment lines', '# first\n[a]\n; second\nx = 1\n  # third\n  ; fourth\ny = 2\n'],
  ['no comments behind values', '[a]\nx = 1 # one\ny = 2 ; two\n'],
  ['continued values', '[a]\nx = 1\n  2\n\t3\ny = 4\n'],
  ['blank lines in a continued value', '[a]\nx = 1\n\n  2\n\n\ny = 3\n'],
  ['a comment in a continued value', '[a]\nx = 1\n# no\n  2\n'],
  ['a header that is indented under a value', '[a]\nx = 1\n [b]\ny = 2\n'],
  ['an indented section', '  [a]\n  x = 1\n    2\n  y = 3\n'],
  ['a key that is indented less', '[a]\n    x = 1\n  y = 2\n'],
  ['empty values', '[a]\nx =\ny:\nz = \n  1\n'],
  ['a percent sign and a dollar', '[a]\nx = %(asctime)s %% $SERVER $b\n'],
  ['white space around everything', '[a]  \n  x  =  1  \n'],
  ['a carriage return at each end', '[a]\r\nx = 1\r\n  2\r\ny = 3\r\n'],
  ['old Mac line ends', '[a]\rx = 1\ry = 2'],
  ['sections twice', '[a]\nx = 1\n[b]\ny = 2\n[a]\nx = 3\nz = 4\n'],
  ['keys twice', '[a]\nx = 1\nX = 2\n'],
  ['DEFAULT lends its entries', '[DEFAULT]\nx = 1\n[a]\n[b]\nx = 2\n'],
  ['DEFAULT after the section', '[a]\ny = 1\n[DEFAULT]\nx = 1\n'],
  ['default is an ordinary section', '[default]\nx = 1\n[a]\ny = 2\n'],
  ['brackets in a header', '[a]b]\nx = 1\n[c] rest\ny = 2\n'],
  ['space in a header', '[ a ]\nx = 1\n'],
  ['an empty header', '[]\n'],
  ['a header without its end', '[a]\n[b\nx = 1\n'],
  ['a key without a value', '[a]\nx\n'],
  ['a value without a key', '[a]\n= 1\n'],
  ['an entry before the first section', 'x = 1\n[a]\n'],
  ['space only', ' \n\t\n'],
  ['nothing', ''],
  ['white space that only Python knows', '[a]\nx = \u001f1\u0085\n\u001cy\u001d=\u00a02\u3000\n'],
  ['Unicode', '[é]\nÄ = ß\nİ = 1\n'],
]

describe('parseIni', () => {
  it('reads files as python3 does', () => {
    const theirs = readWithPython(FILES.map(([, text]) => text))
    const named = (readings: readonly Reading[]) =>
      FILES.map(([name], index) => ({ name, reading: readings[index] }))
    expect(named(FILES.map(([, text]) => readWithOurs(text)))).toEqual(named(theirs))
  })

  it('reads random files as python3 does', { timeout: 120_000 }, () => {
    const token = fc.constantFrom(
      ...['a', 'B', 'key', ' ', '  ', '\t', '=', ' = ', ':', '#', ';', '%', '[', ']', '\u0085'],
      ...[
        '\n',
        '\n',
        '\n',
        '\r\n',
        '\n  ',
        '\n[a]\n',
        '\n[b]\n',
        '\n[DEFAULT]\n',
        '\u001f',
        '\u2003',
      ],
    )
    const file = fc.array(token, { maxLength: 40 }).map((tokens) => tokens.join(''))
    const started = fc.tuple(fc.constantFrom('', '[a]\n', '[a]\nx = 1\n'), file)
    const files = fc.array(started, { minLength: 300, maxLength: 300, size: 'max' })
    fc.assert(
      fc.property(files, (pairs) => {
        const texts = pairs.map((pair) => pair.join(''))
        const theirs = readWithPython(texts)
        texts.forEach((text, index) => {
          expect({ text, reading: readWithOurs(text) }).toEqual({ text, reading: theirs[index] })
        })
      }),
      { numRuns: 8 },
    )
  })

  it('skips a byte-order mark', () => {
    expect(readWithOurs('\ufeff[a]\nx = 1\n')).toEqual({ a: { x: '1' } })
  })

  const problems: readonly (readonly [string, string, object])[] = [
    [
      'a key without a value',
      '[a]\n  word\n',
      { code: 'ZTP_INVALID_INI', severity: 'error', line: 2, column: 3, source: '  word' },
    ],
    [
      'an entry before the first section',
      '# comment\nx = 1\ny = 2\n',
      { code: 'ZTP_INVALID_INI', severity: 'error', line: 2, message: /before the first section/ },
    ],
    [
      'a section twice',
      '[a]\n\n[a]\n',
      { code: 'ZTP_DUPLICATE_SECTION', severity: 'warning', line: 3, message: /in line 1 already/ },
    ],
    [
      'a key twice',
      '[a]\nx = 1\n[b]\n[a]\nX = 2\n',
      { code: 'ZTP_DUPLICATE_SETTING', severity: 'warning', line: 5, message: /in line 2 already/ },
    ],
  ]
  it.each(problems)('tells where there is %s', (_name, text, expected) => {
    const found = parseIni(text, 'ztps.conf').diagnostics.at(-1)
    const { message, ...rest } = { message: /./, ...expected }
    expect(found).toMatchObject({ file: 'ztps.conf', ...rest })
    expect(found?.message).toMatch(message)
  })

  it('tells where an entry stands', () => {
    const entry = parseIni('[a]\r\n  x = 1\r\n', 'f').value?.sections.get('a')?.entries.get('x')
    expect(entry).toEqual({ key: 'x', value: '1', line: 2, column: 3, source: '  x = 1' })
  })
})
