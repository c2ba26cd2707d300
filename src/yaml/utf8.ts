import type { Diagnostic, Parsed } from '../kernel/diagnostic.ts'

/**
 * The text of a file's bytes; a byte-order mark stays, and parseYaml takes it.
 *
 * @param file the path as the operator knows it, for the diagnostic
 */
export function decodeUtf8(bytes: Uint8Array, file: string): Parsed<string> {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    return { value: decoder.decode(bytes), diagnostics: [] }
  } catch {
    return { value: undefined, diagnostics: [notUtf8(bytes, file)] }
  }
}

function notUtf8(bytes: Uint8Array, file: string): Diagnostic {
  const before = bytes.subarray(0, firstBadByte(bytes))
  const lines = new TextDecoder().decode(before).split(/\r\n|[\r\n\x85\u2028\u2029]/)
  const last = lines.at(-1) ?? ''
  const byte = (bytes[before.length] ?? 0).toString(16).padStart(2, '0')
  return {
    code: 'ZTP_NOT_UTF8',
    severity: 'error',
    file,
    line: lines.length,
    column: last.length + 1,
    message: `the byte 0x${byte} is not UTF-8; save the file as UTF-8`,
    source: last.slice(-200),
  }
}

function firstBadByte(bytes: Uint8Array): number {
  for (let at = 0; ; ) {
    const length = characterLength(bytes, at)
    if (length === 0) return at
    at += length
  }
}

/** How many bytes the character here has, by table 3-7 of the Unicode standard; 0 if it is none. */
function characterLength(bytes: Uint8Array, at: number): number {
  const [lead = -1, second = 0, third = 0, fourth = 0] = bytes.subarray(at, at + 4)
  if (lead >= 0 && lead < 0x80) return 1
  if (lead < 0xc2 || lead > 0xf4 || !isSecond(lead, second)) return 0
  if (lead < 0xe0) return 2
  if (!isContinuation(third)) return 0
  if (lead < 0xf0) return 3
  return isContinuation(fourth) ? 4 : 0
}

function isSecond(lead: number, second: number): boolean {
  if (lead === 0xe0) return second >= 0xa0 && second <= 0xbf
  if (lead === 0xed) return second >= 0x80 && second <= 0x9f
  if (lead === 0xf0) return second >= 0x90 && second <= 0xbf
  if (lead === 0xf4) return second >= 0x80 && second <= 0x8f
  return isContinuation(second)
}

function isContinuation(byte: number): boolean {
  return byte >= 0x80 && byte <= 0xbf
}
