import { endOfKey, endOfQuoted, endOfValue, isQuote, skipSpaces } from './pool-words.ts'
import { scalarText } from './quoting.ts'
import type { Replacement } from './replace-spans.ts'
import { COLON, CR, HASH, LF, SINGLE_QUOTE } from './syntax/chars.ts'

/** Where things stand in one line of a pool: offsets into its bytes. */
export type PoolLine = {
  start: number
  /** Of the key as written, without quotes. */
  keyStart: number
  keyEnd: number
  /** Of the value with its quotes; both after the colon where nothing is written. */
  valueStart: number
  valueEnd: number
  /** Where the next line begins. */
  next: number
}

export function emptyPoolLine(): PoolLine {
  return { start: 0, keyStart: 0, keyEnd: 0, valueStart: 0, valueEnd: 0, next: 0 }
}

const NULLS = new Set(['', '~', 'null', 'Null', 'NULL'])
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf]

/**
 * Reads a pool as almost all are: lines of `KEY: null`, `KEY: ID` or `KEY:`, blank lines and
 * comments. Anything else is for parseYaml and setMapValues.
 *
 * What it accepts, parseYaml reads as the same entries, but for duplicate keys, which are not looked
 * for.
 *
 * @param bytes of which isPlainText is true
 * @param visit gets the entries one after another, in one object
 * @returns false at the first line that is more than that
 */
export function readPoolLines(bytes: Buffer, visit: (line: PoolLine) => void): boolean {
  const line = emptyPoolLine()
  for (let at = firstEntry(bytes); at < bytes.length; at = skipIgnored(bytes, line.next)) {
    if (!readPoolLine(bytes, at, line)) return false
    visit(line)
  }
  return true
}

/** Where the first entry begins: after a byte-order mark, a `---` and comments. */
export function firstEntry(bytes: Buffer): number {
  const start = BYTE_ORDER_MARK.every((byte, at) => bytes[at] === byte) ? 3 : 0
  const marker = /^---\r?\n/.exec(bytes.toString('latin1', start, start + 5))
  return skipIgnored(bytes, start + (marker?.[0].length ?? 0))
}

/** The next line that is neither blank nor a comment; the end where there is none. */
export function skipIgnored(bytes: Buffer, start: number): number {
  let at = start
  while (at < bytes.length && isIgnored(bytes, at)) at = endOfLine(bytes, at)
  return at
}

/** Notes where key and value stand; false when the line is not as simple as that. */
export function readPoolLine(bytes: Buffer, start: number, line: PoolLine): boolean {
  const quoted = isQuote(bytes[start])
  const keyEnd = quoted ? endOfQuoted(bytes, start) : endOfKey(bytes, start)
  if (keyEnd < 0 || bytes[keyEnd] !== COLON) return false
  if (quoted && !isSimplyQuoted(bytes, start, keyEnd)) return false
  const afterColon = keyEnd + 1
  const empty = isIgnored(bytes, afterColon)
  const from = empty ? afterColon : skipSpaces(bytes, afterColon)
  const to = empty ? afterColon : endOfValue(bytes, from)
  if (to < 0 || (!empty && from === afterColon) || !isIgnored(bytes, to)) return false
  if (bytes[to] === HASH) return false
  line.start = start
  line.keyStart = quoted ? start + 1 : start
  line.keyEnd = quoted ? keyEnd - 1 : keyEnd
  line.valueStart = from
  line.valueEnd = to
  line.next = endOfLine(bytes, to)
  return true
}

/** Without an escaped quote, so that the bytes between the quotes are the key. */
function isSimplyQuoted(bytes: Buffer, start: number, end: number): boolean {
  const [quote = 0] = bytes.subarray(start, start + 1)
  return end - start > 2 && bytes.indexOf(quote, start + 1) === end - 1
}

/** Whether nothing but spaces, or a comment, stands from here to the line's end. */
function isIgnored(bytes: Buffer, start: number): boolean {
  const code = bytes[skipSpaces(bytes, start)]
  return code === HASH || code === LF || code === CR || code === undefined
}

function endOfLine(bytes: Buffer, start: number): number {
  let at = start
  while (at < bytes.length && bytes[at] !== LF) at += 1
  return at < bytes.length ? at + 1 : at
}

export function keyOfLine(bytes: Buffer, { keyStart, keyEnd }: PoolLine): string {
  return bytes.toString('utf8', keyStart, keyEnd)
}

/** Whether the value stands in quotes. */
export function isQuotedValue(bytes: Buffer, { valueStart, valueEnd }: PoolLine): boolean {
  return valueEnd > valueStart && isQuote(bytes[valueStart])
}

/** The value as written, without quotes; null for a null. */
export function valueOfLine(bytes: Buffer, line: PoolLine): string | null {
  const { valueStart, valueEnd } = line
  if (isQuotedValue(bytes, line)) {
    const content = bytes.toString('utf8', valueStart + 1, valueEnd - 1)
    return bytes[valueStart] === SINGLE_QUOTE ? content.replaceAll("''", "'") : content
  }
  const written = bytes.toString('latin1', valueStart, valueEnd)
  return NULLS.has(written) ? null : written
}

/** What makes the line's value another one and changes no other byte; null is written `null`. */
export function newValue({ valueStart, valueEnd }: PoolLine, value: string | null): Replacement {
  const written = value === null ? 'null' : scalarText(value)
  const text = valueStart === valueEnd ? ` ${written}` : written
  return { start: valueStart, end: valueEnd, text }
}

/** What stands between the key and the comment: colon and value as written. */
export function middleOfLine(bytes: Buffer, line: PoolLine): string {
  const quote = isQuote(bytes[line.start]) ? 1 : 0
  return bytes.toString('utf8', line.keyEnd + quote, line.valueEnd)
}

/** The comment behind the value, from its `#` on; empty where there is none. */
export function commentOfLine(bytes: Buffer, { valueEnd, next }: PoolLine): string {
  return bytes.toString('utf8', valueEnd, next).trim()
}

/** A key as it is written in a pool: plain where it is read as text, as keys are. */
export function keyText(key: string): string {
  const bytes = Buffer.from(`${key}:`)
  const line = emptyPoolLine()
  const isPlain = !/^['"]|[^\x21-\x7e]/.test(key) && readPoolLine(bytes, 0, line)
  return isPlain && line.keyEnd === bytes.length - 1 ? key : scalarText(key)
}
