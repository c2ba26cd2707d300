import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from './limits.ts'
import { parseYaml } from './parse.ts'

type Case = readonly [name: string, text: string, line: number, column: number, message: RegExp]

const CASES: readonly Case[] = [
  ['a tab as indentation', 'a:\n\tb: 1', 2, 1, /a tab stands where only spaces may/],
  ['a tab after a colon', 'a:\tb', 1, 3, /a tab/],
  ['a quote never closed', 'a: 1\nb: "x\nc: 2\n', 2, 4, /quote that opens here is never closed/],
  ['a bracket never closed', 'a: 1\nb: [x, y\n', 2, 4, /never closed with \]/],
  ['a second colon', 'a: b: c', 1, 5, /a colon cannot stand here/],
  ['a line too deep', 'a: 1\n  b: 2', 2, 4, /a key begins a line of its own/],
  ['a line deeper than its map', 'a: "1"\n  b: 2', 2, 3, /deeper than the map .* column 1/],
  ['a key without a colon', 'a: 1\nb\n', 2, 1, /a colon and a space must follow/],
  ['a list item beside keys', 'a: 1\n- b\n', 2, 1, /list item/],
  ['a key beside list items', '- a\nb: 1\n', 2, 1, /expected a list item/],
  ['a reserved character', 'a: `x', 1, 4, /` cannot stand here/],
  ['a bad escape', 'a: "\\d"', 1, 5, /not an escape/],
  ['a second document', 'a: 1\n---\nb: 1\n', 2, 1, /second document/],
  ['a control character', 'a: 1\nb: x\x07y\n', 2, 5, /control character 0x07/],
  ['an unknown alias', 'a: *x', 1, 4, /no anchor &x/],
  ['an alias of itself', 'a: &x [*x]', 1, 8, /no anchor &x is complete/],
  ['an anchor twice', 'a: &x 1\nb: &x 2', 2, 4, /already taken/],
  ['an unknown tag', 'a: !foo 1', 1, 9, /the tag !foo means nothing/],
  ['a Python object', 'a: !!python/object:os.system {}', 1, 30, /!!python\/object:os\.system/],
  ['a tag of another type', 'a: !!int x', 1, 10, /"x" is no integer/],
  ['an impossible date', 'a: 2024-02-30', 1, 4, /no date or time/],
  ['a list as a key', '{[a]: 1}', 1, 2, /a key is text or a number, not a list/],
  ['a merge of text', 'a: {<<: b}', 1, 9, /after << stands a map/],
  ['a merge key as a value', 'a: <<', 1, 4, /is for keys/],
  ['a key of 2,000 characters', `${'k'.repeat(2000)}: 1`, 1, 2001, /1024 characters/],
  ['the place after CRLF', 'a: 1\r\nb: `', 2, 4, /cannot stand here/],
  ['the place after a byte-order mark', '\ufeff`', 1, 1, /cannot stand here/],
]

describe('an error has a place and says what would be right', () => {
  it.each(CASES)('%s', (_name, text, line, column, message) => {
    const { value, diagnostics } = parseYaml(text, 'file')
    const source = text.replace('\ufeff', '').split(/\r?\n/)[line - 1] ?? ''
    expect(diagnostics[0]).toMatchObject({ file: 'file', line, column, severity: 'error' })
    expect(diagnostics[0]?.message).toMatch(message)
    expect(column > 200 || source.startsWith(diagnostics[0]?.source ?? '-')).toBe(true)
    expect(value).toBeUndefined()
  })

  it('collects what does not stop it from reading on', () => {
    const { diagnostics } = parseYaml('a: !x 1\nb: 2024-02-30\nc: *n\n', 'file')
    expect(diagnostics.map((each) => each.line)).toEqual([1, 2, 3])
  })
})

describe('limits', () => {
  const small = { ...DEFAULT_LIMITS, maxSize: 100, maxNodes: 10 }

  it('refuses a text over the size before reading it', () => {
    const { diagnostics } = parseYaml('x'.repeat(101), 'file', small)
    expect(diagnostics).toMatchObject([{ code: 'ZTP_FILE_TOO_LARGE', line: 1 }])
  })

  it('refuses more values than the limit', () => {
    const { diagnostics } = parseYaml('- x\n'.repeat(11), 'file', small)
    expect(diagnostics).toMatchObject([{ code: 'ZTP_FILE_TOO_LARGE', line: 11 }])
  })

  it.each([
    ['brackets', '['.repeat(1_000_000), 65],
    ['braces', '{a: '.repeat(1_000_000), 257],
    ['dashes', '- '.repeat(1_000_000), 129],
    ['marked keys', '? '.repeat(1_000_000), 129],
  ])('refuses a million nested %s', (_name, text, column) => {
    const { diagnostics } = parseYaml(text, 'file')
    expect(diagnostics).toMatchObject([{ code: 'ZTP_YAML_TOO_DEEP', line: 1 }])
    expect(diagnostics[0]?.column).toBeLessThanOrEqual(column + 3)
    expect(diagnostics[0]?.source?.length).toBeLessThanOrEqual(200)
  })

  it('reads what is nested 64 deep', () => {
    const text = `${'['.repeat(64)}${']'.repeat(64)}`
    expect(parseYaml(text, 'file').diagnostics).toEqual([])
  })

  it('refuses aliases that stand for billions', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
    for (let at = 1; at < 12; at += 1) {
      lines.push(
        `a${at}: &a${at} [${Array(10)
          .fill(`*a${at - 1}`)
          .join(', ')}]`,
      )
    }
    const { diagnostics } = parseYaml(lines.join('\n'), 'file')
    expect(diagnostics).toMatchObject([{ code: 'ZTP_YAML_ALIAS', line: 6 }])
  })

  it('refuses merges that stand for millions', () => {
    const keys = Array.from({ length: 1000 }, (_, at) => `k${at}: 1`).join(', ')
    const text = `a: &a {${keys}}\n${'- {<<: *a}\n'.repeat(1000)}`.replace('\n', '\nb:\n')
    expect(parseYaml(text, 'file').diagnostics).toMatchObject([{ code: 'ZTP_YAML_ALIAS' }])
  })

  it('keeps a hundred of a million errors', () => {
    const { diagnostics } = parseYaml('- !foo a\n'.repeat(100_000), 'file')
    expect(diagnostics).toHaveLength(100)
  })

  it.each([
    ['digits', `a: ${'9'.repeat(5000)}`],
    ['base 60', `a: 1${':1'.repeat(3000)}`],
  ])('refuses an integer of too many %s', (_name, text) => {
    expect(parseYaml(text, 'file').diagnostics[0]?.message).toMatch(/no integer/)
  })

  it.each([
    ['base 60', `a: 1${':1'.repeat(1_000_000)}`],
    ['comments', `a: 1\n${'# c\n'.repeat(300_000)}b: 2`],
    ['blank lines', `a:\n${'\n'.repeat(300_000)}  b: 2`],
    ['escapes', `a: "${'\\n'.repeat(300_000)}"`],
  ])('survives long %s', (_name, text) => {
    expect(parseYaml(text, 'file').diagnostics).toEqual([])
  })
})
