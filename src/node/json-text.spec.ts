import { describe, expect, it } from 'vitest'
import { parseJsonText } from './json-text.ts'

describe('parseJsonText', () => {
  it('reads JSON', () => {
    const text = '{"a": [1, "x]}[{\\"", null]}'
    expect(parseJsonText(text)).toEqual({ kind: 'json', json: { a: [1, 'x]}[{"', null] } })
  })

  it.each([
    ['nothing', '', /not valid JSON/],
    ['half a list', '[1, 2', /not valid JSON/],
    ['bare words', 'model=x', /not valid JSON/],
    ['a list deeper than the limit', '['.repeat(33) + ']'.repeat(33), /deeper than 32 levels/],
    ['depth that would break the stack', '['.repeat(1_000_000), /deeper than 32 levels/],
    ['objects deeper than the limit', '{"a":'.repeat(40), /deeper than 32 levels/],
  ])('refuses %s', (_name, text, reason) => {
    expect(parseJsonText(text)).toEqual({ kind: 'bad', reason: expect.stringMatching(reason) })
  })

  it('does not count brackets in text', () => {
    expect(parseJsonText(JSON.stringify('['.repeat(100)))).toMatchObject({ kind: 'json' })
  })

  it('keeps what was sent out of the reason', () => {
    const found = parseJsonText('{"config": "username admin secret hunter2" oops}')
    expect(found).toMatchObject({ kind: 'bad' })
    expect(JSON.stringify(found)).not.toContain('hunter2')
  })
})
