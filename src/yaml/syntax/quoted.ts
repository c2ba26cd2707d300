import type { Place } from '../document.ts'
import { BACKSLASH, DOUBLE_QUOTE, isBreak, isEnd, SINGLE_QUOTE, SPACE, TAB } from './chars.ts'
import type { Cursor } from './cursor.ts'

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  '\\': '\\',
  '/': '/',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
}

const HEX_LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

/** Reads a scalar in single or double quotes; the cursor stands on the first of them. */
export function readQuoted(cursor: Cursor): string {
  const opened = cursor.place()
  const quote = cursor.code()
  cursor.pos += 1
  let content = ''
  for (;;) {
    content += readRun(cursor, quote)
    const code = cursor.code()
    if (code === SPACE || code === TAB || isBreak(code)) content += foldLine(cursor)
    else if (code === BACKSLASH) content += readEscape(cursor)
    else if (isEnd(code)) failUnclosed(cursor, opened)
    else if (quote === SINGLE_QUOTE && cursor.code(1) === SINGLE_QUOTE) {
      content += "'"
      cursor.pos += 2
    } else break
  }
  cursor.take(1)
  cursor.fresh = false
  return content
}

function failUnclosed(cursor: Cursor, opened: Place): never {
  return cursor.fail('the quote that opens here is never closed', opened)
}

/** The characters up to the next one that means something; white space only where it stays. */
function readRun(cursor: Cursor, quote: number): string {
  const { text, pos } = cursor
  let end = pos
  for (let at = pos; ; at += 1) {
    const code = text.charCodeAt(at)
    if (isBreak(code)) break
    if (code === SPACE || code === TAB) continue
    end = at
    if (code === quote || isEnd(code) || (code === BACKSLASH && quote === DOUBLE_QUOTE)) break
    end = at + 1
  }
  cursor.pos = end
  return text.slice(pos, end)
}

/** White space at the line's end, the end itself and blank lines: a space, or line ends. */
function foldLine(cursor: Cursor): string {
  skipWhite(cursor)
  const first = cursor.takeBreak()
  const more = takeBreaks(cursor)
  if (first !== '\n') return first + more
  return more === '' ? ' ' : more
}

function takeBreaks(cursor: Cursor): string {
  let breaks = ''
  for (;;) {
    if (cursor.atMarker()) cursor.fail('a document ends here, inside of a quoted text')
    skipWhite(cursor)
    const next = cursor.takeBreak()
    if (next === '') return breaks
    breaks += next
  }
}

function skipWhite(cursor: Cursor): void {
  while (cursor.code() === SPACE || cursor.code() === TAB) cursor.pos += 1
}

function readEscape(cursor: Cursor): string {
  const letter = cursor.text.charAt(cursor.pos + 1)
  const simple = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined
  if (simple !== undefined) {
    cursor.pos += 2
    return simple
  }
  if (Object.hasOwn(HEX_LENGTHS, letter)) return readHexEscape(cursor, HEX_LENGTHS[letter] ?? 0)
  if (!isBreak(cursor.code(1))) {
    cursor.fail(
      `\\${letter} is not an escape of double-quoted text; write \\\\ for a back-slash, or use single quotes`,
    )
  }
  cursor.pos += 1
  cursor.takeBreak()
  return takeBreaks(cursor)
}

function readHexEscape(cursor: Cursor, length: number): string {
  const digits = cursor.text.slice(cursor.pos + 2, cursor.pos + 2 + length)
  const code = /^[0-9a-fA-F]+$/.test(digits) ? Number.parseInt(digits, 16) : Number.NaN
  if (digits.length !== length || !(code <= 0x10ffff)) {
    cursor.fail(`the escape wants ${length} hexadecimal digits of a character`)
  }
  cursor.pos += 2 + length
  return String.fromCodePoint(code)
}
