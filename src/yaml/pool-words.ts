import { implicitType } from './scalars/implicit.ts'
import {
  BACKSLASH,
  CLOSE_LIST,
  COLON,
  DASH,
  DOUBLE_QUOTE,
  OPEN_LIST,
  SINGLE_QUOTE,
  SPACE,
} from './syntax/chars.ts'

/** Longest key and value that are read here, in bytes. */
const LONGEST = 200
/** No word with a meaning (null, yes, off…) is longer. */
const LONGEST_MEANING = 5
const TILDE = 126
const SLASH = 47
const DOT = 46
const NULLS = new Set(['~', 'null', 'Null', 'NULL'])
const WORD = tableOf(/[\w./[\]-]/)
const LETTER = tableOf(/[A-Za-z]/)
const DIGIT = tableOf(/[0-9]/)

function tableOf(members: RegExp): Uint8Array {
  const table = new Uint8Array(256)
  for (let code = 0; code < 128; code += 1) {
    if (members.test(String.fromCharCode(code))) table[code] = 1
  }
  return table
}

export function skipSpaces(bytes: Buffer, start: number): number {
  let at = start
  while (bytes[at] === SPACE) at += 1
  return at
}

export function isQuote(code: number | undefined): boolean {
  return code === SINGLE_QUOTE || code === DOUBLE_QUOTE
}

/**
 * After a plain key: text, or an integer that can be written in no other way, so that no other key
 * is equal to it.
 *
 * @returns -1 for anything else
 */
export function endOfKey(bytes: Buffer, start: number): number {
  const end = endOfWord(bytes, start)
  if (!isWord(bytes, start, end)) return -1
  if (isText(bytes, start, end)) return end
  return /^(0|[1-9][0-9]*)$/.test(bytes.toString('latin1', start, end)) ? end : -1
}

/**
 * After a value: a null, text, digits, or something in quotes.
 *
 * @returns -1 for anything else
 */
export function endOfValue(bytes: Buffer, start: number): number {
  const first = bytes[start]
  if (first === TILDE) return start + 1
  if (isQuote(first)) return endOfQuoted(bytes, start)
  const end = endOfWord(bytes, start)
  const last = endOfWords(bytes, end)
  if (isNull(bytes, start, last)) return last
  if (!isWord(bytes, start, end) || last - start > LONGEST) return -1
  if (isText(bytes, start, last)) return last
  const text = bytes.toString('latin1', start, last)
  return NULLS.has(text) || /^[0-9]+$/.test(text) ? last : -1
}

/** Whether `null` stands there, as in most lines of most pools. */
export function isNull(bytes: Buffer, start: number, end: number): boolean {
  return (
    end - start === 4 &&
    bytes[start] === 110 &&
    bytes[start + 1] === 117 &&
    bytes[start + 2] === 108 &&
    bytes[start + 3] === 108
  )
}

/**
 * After the closing quote of what is quoted on one line without a back-slash.
 *
 * @returns -1 for anything else
 */
export function endOfQuoted(bytes: Buffer, start: number): number {
  const quote = bytes[start]
  for (let at = start + 1; at - start < LONGEST; at += 1) {
    const code = bytes[at]
    if (code === undefined || code < SPACE) return -1
    if (code === BACKSLASH && quote === DOUBLE_QUOTE) return -1
    if (code !== quote) continue
    if (quote !== SINGLE_QUOTE || bytes[at + 1] !== SINGLE_QUOTE) return at + 1
    at += 1
  }
  return -1
}

/** Over letters, digits, `_ . / - [ ]`, and colons that one of these or a colon follows. */
function endOfWord(bytes: Buffer, start: number): number {
  let at = start
  for (;;) {
    const code = bytes[at] ?? 0
    if (WORD[code] !== 1 && !(code === COLON && continuesWord(bytes[at + 1] ?? 0))) return at
    at += 1
  }
}

function continuesWord(code: number): boolean {
  return code === COLON || WORD[code] === 1
}

/** Over more words with spaces between. */
function endOfWords(bytes: Buffer, start: number): number {
  let end = start
  for (;;) {
    const next = skipSpaces(bytes, end)
    const after = next > end ? endOfWord(bytes, next) : next
    if (after === next) return end
    end = after
  }
}

function isWord(bytes: Buffer, start: number, end: number): boolean {
  const first = bytes[start] ?? 0
  if (first === DASH || first === COLON || first === OPEN_LIST || first === CLOSE_LIST) return false
  return end > start && end - start <= LONGEST
}

function isText(bytes: Buffer, start: number, end: number): boolean {
  const first = bytes[start] ?? 0
  if (LETTER[first] === 1 && end - start > LONGEST_MEANING) return true
  return (
    isClearlyText(bytes, start, end) || implicitType(bytes.toString('latin1', start, end)) === 'str'
  )
}

/**
 * With a slash, a second dot or a second colon at once, as in addresses, or of letters and digits
 * but no `0x` or `0b`, as in serial numbers: no number or date is written so.
 */
function isClearlyText(bytes: Buffer, start: number, end: number): boolean {
  let dots = 0
  let letters = 0
  let others = 0
  for (let at = start; at < end; at += 1) {
    const code = bytes[at] ?? 0
    if (LETTER[code] === 1) letters += 1
    else if (DIGIT[code] !== 1) others += 1
    if (code === DOT) dots += 1
    if (code === SLASH || dots > 1) return true
    if (code === COLON && bytes[at + 1] === COLON) return true
  }
  return others === 0 && letters > 0 && DIGIT[bytes[start + 1] ?? 0] === 1
}
