import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '../kernel/diagnostic.ts'
import { count, diagnosticLines } from './report-text.ts'

const FOUND: Diagnostic = {
  code: 'ZTP_X',
  severity: 'error',
  file: 'f',
  line: 2,
  column: 4,
  message: 'wrong',
}

describe('diagnosticLines', () => {
  const cases: readonly (readonly [string, Partial<Diagnostic>, readonly string[]])[] = [
    ['the line and a caret', { source: 'ab c' }, ['    ab c', '       ^']],
    ['a caret that tabs do not shift', { source: '\ta\tc' }, ['    \ta\tc', '    \t \t^']],
    ['a caret behind the end', { source: 'abc' }, ['    abc', '       ^']],
    ['no caret where the line is cut', { source: 'a' }, []],
    ['nothing more of an empty line', { source: '   ' }, []],
    ['nothing more without the line', {}, []],
  ]
  it.each(cases)('has %s', (_name, change, lines) => {
    expect(diagnosticLines({ ...FOUND, ...change })).toEqual([
      'ERROR: f:2:4: wrong [ZTP_X]',
      ...lines,
    ])
  })

  it('names the pattern', () => {
    const [head] = diagnosticLines({ ...FOUND, severity: 'warning', pattern: 'leaf' })
    expect(head).toBe("WARNING: f:2:4: wrong (pattern 'leaf') [ZTP_X]")
  })
})

it.each([
  [1, 'entry', '1 entry'],
  [0, 'entry', '0 entries'],
  [2, 'file', '2 files'],
])('counts %d %s', (number, noun, text) => {
  expect(count(number, noun)).toBe(text)
})
