/**
 * Control characters (C0, DEL, C1), the line separators of Unicode and the marks that turn the
 * direction of writing: what could end a log line early, steer a terminal or disguise a text.
 */
const UNSAFE = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/**
 * Makes one line of a message, whatever a switch or its neighbours put into it: a character that
 * could do harm becomes its escape, such as `\n` or `\x1b`.
 */
export function escapeControls(message: string): string {
  return message.replace(UNSAFE, escaped)
}

function escaped(character: string): string {
  const code = character.charCodeAt(0)
  const hex = code.toString(16)
  const plain = code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`
  return SHORT[character] ?? plain
}
