import { CR, LF, SPACE, TAB } from './syntax/chars.ts'

const DELETE = 0x7f
const CHUNK = 64 * 1024
/** No control characters, and none that YAML takes for the end of a line. */
const STRANGE = /[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

/** Whether the bytes are UTF-8 without control characters, with line ends `\n` and `\r\n` only. */
export function isPlainText(bytes: Uint8Array): boolean {
  let isAscii = true
  for (let at = 0; at < bytes.length; at += 1) {
    const code = bytes[at] ?? 0
    if (code >= DELETE) {
      if (code === DELETE) return false
      isAscii = false
    } else if (code < SPACE && code !== LF && code !== TAB) {
      if (code !== CR || bytes[at + 1] !== LF) return false
    }
  }
  return isAscii || isPlainUtf8(bytes)
}

/** Piece by piece: as one text it would take a lot of memory. */
function isPlainUtf8(bytes: Uint8Array): boolean {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  try {
    for (let at = 0; at < bytes.length; at += CHUNK) {
      const text = decoder.decode(bytes.subarray(at, at + CHUNK), { stream: true })
      if (STRANGE.test(text)) return false
    }
    decoder.decode()
    return true
  } catch {
    return false
  }
}
