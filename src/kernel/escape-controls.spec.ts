import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeControls, escapeJsonControls } from './escape-controls.ts'

describe('escapeControls', () => {
  it.each([
    ['plain text, é😀 and \\ too', 'plain text, é😀 and \\ too'],
    ['a\nb\r\nc\td', 'a\\nb\\r\\nc\\td'],
    ['\x1b[2J\x07\0', '\\x1b[2J\\x07\\x00'],
    ['\x7f\x9b31m', '\\x7f\\x9b31m'],
    ['\u2028\u2029', '\\u2028\\u2029'],
    ['\u202egnp.exe\u2066', '\\u202egnp.exe\\u2066'],
  ])('makes %j %j', (message, line) => {
    expect(escapeControls(message)).toBe(line)
  })

  it('leaves no control character of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeControls(text)).not.toMatch(/\p{Cc}|\p{Zl}|\p{Zp}/u)
      }),
    )
  })
})

it('escapeJsonControls changes how JSON is written, and not what it says', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const json = escapeJsonControls(JSON.stringify({ text }, undefined, 2))
      expect(JSON.parse(json)).toEqual({ text })
      expect(json.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Zl}|\p{Zp}|\u202e/u)
    }),
  )
})
