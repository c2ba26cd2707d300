/**
 * Control characters (C0, DEL, C1), the line separators of Unicode and the marks that turn the
 * direction of writing: what could end a line early, steer a terminal or disguise a text.
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

/** The same for JSON text, which stays the same JSON: for what JSON.stringify leaves as it is. */
export function escapeJsonControls(json: string): string {
  return json.replace(UNSAFE, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function escaped(character: string): string {
  const code = character.charCodeAt(0)
  const hex = code.toString(16)
  const plain = code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`
  return SHORT[character] ?? plain
}
