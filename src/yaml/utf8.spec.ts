import { describe, expect, it } from 'vitest'
import { decodeUtf8 } from './utf8.ts'

function bytes(...parts: readonly (string | readonly number[])[]): Uint8Array {
  return Buffer.concat(
    parts.map((part) => Buffer.from(typeof part === 'string' ? part : [...part])),
  )
}

describe('decodeUtf8', () => {
  it('keeps a byte-order mark', () => {
    expect(decodeUtf8(bytes('\ufeffa: é😀\n'), 'f')).toEqual({
      value: '\ufeffa: é😀\n',
      diagnostics: [],
    })
  })

  it.each([
    ['Latin-1', bytes('a: 1\nb: é', [0xe9], 'x\n'), 2, 5, '0xe9'],
    ['a lone continuation', bytes([0x80]), 1, 1, '0x80'],
    ['a character cut off', bytes('a\r\nb', [0xf0, 0x9f, 0x98]), 2, 2, '0xf0'],
    ['an overlong form', bytes('a', [0xc0, 0xaf]), 1, 2, '0xc0'],
    ['a surrogate', bytes('ab', [0xed, 0xa0, 0x80]), 1, 3, '0xed'],
    ['UTF-16', bytes([0xff, 0xfe, 0x61, 0]), 1, 1, '0xff'],
  ])('places %s', (_name, input, line, column, byte) => {
    const { value, diagnostics } = decodeUtf8(input, 'f')
    expect(value).toBeUndefined()
    expect(diagnostics).toMatchObject([{ code: 'ZTP_NOT_UTF8', file: 'f', line, column }])
    expect(diagnostics[0]?.message).toContain(byte)
  })
})
