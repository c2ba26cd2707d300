import { implicitType } from './scalars/implicit.ts'

/** Characters that double-quoted text must escape. */
const ESCAPED =
  /["\\]|[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/gu

/** What may stand in single quotes, and in plain text without the indicators. */
const PRINTABLE = /^[\x20-\x7e\xa0-\u2027\u202a-\ud7ff]*$/

/** First characters and the rest of plain text that is safe as a key and in `[ ]` and `{ }` too. */
const SAFE = /^[A-Za-z0-9_./$(~^][^#,[\]{}:?]*$/
const COLON_INSIDE = /:(?=[^\s,[\]{}])/g
const LONGEST = 200

/**
 * A text as a YAML scalar on one line that reads back, by PyYAML and by us, as that very text:
 * plain where that is so, else in single quotes, else in double quotes.
 */
export function scalarText(text: string): string {
  if (isPlain(text)) return text
  if (PRINTABLE.test(text)) {
    return `'${text.replaceAll("'", "''")}'`
  }
  return `"${text.replace(ESCAPED, escaped)}"`
}

function isPlain(text: string): boolean {
  if (text.length > LONGEST || implicitType(text) !== 'str') return false
  if (text.endsWith(' ') || text.endsWith(':') || text.startsWith('...')) return false
  return PRINTABLE.test(text) && SAFE.test(text.replace(COLON_INSIDE, ''))
}

function escaped(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`
  if (character === '\n') return '\\n'
  if (character === '\t') return '\\t'
  const code = character.codePointAt(0) ?? 0
  return code > 0xff ? `\\u${hex(code, 4)}` : `\\x${hex(code, 2)}`
}

function hex(code: number, length: number): string {
  return code.toString(16).padStart(length, '0')
}
