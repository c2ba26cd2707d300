import { scalarText } from './quoting.ts'
import { replaceSpans } from './replace-spans.ts'
import { implicitType } from './scalars/implicit.ts'
import { COLON, CR, HASH, isEnd, LF, SPACE } from './syntax/chars.ts'

/** The entries of a text that is lines of `KEY: VALUE`, in order; duplicates are not looked for. */
export type PoolLines = {
  readonly size: number
  /** The key as written. */
  key(at: number): string
  /** The value as written, without quotes; null for a null. */
  value(at: number): string | null
  /** Offsets of the value with its quotes; both after the colon where nothing is written. */
  span(at: number): { readonly start: number; readonly end: number }
}

/** Numbers kept for each line: where key and value begin and end. */
const WIDTH = 4
const LONGEST = 200
const NULLS = new Set(['', '~', 'null', 'Null', 'NULL'])
/** No control characters, no line ends but `\n` and `\r\n`. */
const STRANGE = /\r(?!\n)|[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd]/
const WORD = wordTable()

/**
 * Reads the pool files there are almost only: lines of `KEY: null`, `KEY: ID` or `KEY:`, blank
 * lines and comments. Twenty times faster than parseYaml, with 16 bytes for a line.
 *
 * @returns undefined for anything else, which parseYaml and setMapValues must then take
 */
export function readPoolLines(text: string): PoolLines | undefined {
  if (STRANGE.test(text)) return undefined
  const bounds = readBounds(text)
  if (bounds === undefined) return undefined
  const slice = (from: number, to: number) => text.slice(bounds[from], bounds[to])
  return {
    size: bounds.length / WIDTH,
    key: (at) => slice(at * WIDTH, at * WIDTH + 1),
    value: (at) => contentOf(slice(at * WIDTH + 2, at * WIDTH + 3)),
    span: (at) => ({ start: bounds[at * WIDTH + 2] ?? 0, end: bounds[at * WIDTH + 3] ?? 0 }),
  }
}

/**
 * Changes values and no other byte.
 *
 * @param lines as read from `text`
 * @param changes index of the line to the new value
 */
export function setPoolLines(
  text: string,
  lines: PoolLines,
  changes: ReadonlyMap<number, string | null>,
): string {
  const ordered = [...changes].sort(([a], [b]) => a - b)
  const replacements = ordered.map(([at, value]) => {
    const { start, end } = lines.span(at)
    const written = value === null ? 'null' : scalarText(value)
    return { start, end, text: start === end ? ` ${written}` : written }
  })
  return replaceSpans(text, replacements)
}

function contentOf(written: string): string | null {
  if (written.startsWith("'") || written.startsWith('"')) return written.slice(1, -1)
  return NULLS.has(written) ? null : written
}

function readBounds(text: string): Uint32Array | undefined {
  const bounds = new Uint32Array(lineCount(text) * WIDTH)
  let used = 0
  for (let at = firstLine(text); at < text.length; ) {
    const end = endOfLine(text, at)
    if (isIgnored(text, at)) {
      at = end
      continue
    }
    if (!readLine(text, at, bounds, used)) return undefined
    used += WIDTH
    at = end
  }
  return bounds.subarray(0, used)
}

function lineCount(text: string): number {
  let count = 1
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1
  return count
}

/** After a byte-order mark and a `---`. */
function firstLine(text: string): number {
  const start = text.startsWith('\ufeff') ? 1 : 0
  const marker = /---\r?\n/y
  marker.lastIndex = start
  return marker.test(text) ? marker.lastIndex : start
}

function endOfLine(text: string, at: number): number {
  const found = text.indexOf('\n', at)
  return found === -1 ? text.length : found + 1
}

/** Whether nothing but spaces, or a comment, stands from here to the line's end. */
function isIgnored(text: string, start: number): boolean {
  const code = text.charCodeAt(skipSpaces(text, start))
  return code === HASH || code === LF || code === CR || isEnd(code)
}

function skipSpaces(text: string, start: number): number {
  let at = start
  while (text.charCodeAt(at) === SPACE) at += 1
  return at
}

/** Notes the bounds of a line's key and value; false when they are not as simple as that. */
function readLine(text: string, start: number, bounds: Uint32Array, used: number): boolean {
  const keyEnd = endOfWord(text, start)
  if (text.charCodeAt(keyEnd) !== COLON || !isKey(text.slice(start, keyEnd))) return false
  const afterColon = keyEnd + 1
  const from = skipSpaces(text, afterColon)
  const empty = isIgnored(text, afterColon)
  const to = empty ? from : endOfValue(text, from)
  if (to === undefined) return false
  if (!empty && !isIgnored(text, to)) return false
  if (text.charCodeAt(to) === HASH && text.charCodeAt(to - 1) !== SPACE) return false
  if (!empty && from === afterColon) return false
  bounds.set(empty ? [start, keyEnd, afterColon, afterColon] : [start, keyEnd, from, to], used)
  return true
}

function endOfValue(text: string, start: number): number | undefined {
  const quote = text.charAt(start)
  if (quote === '~') return start + 1
  if (quote === "'" || quote === '"') {
    const end = endOfWord(text, start + 1)
    return text.charAt(end) === quote ? end + 1 : undefined
  }
  const end = endOfWord(text, start)
  return isValue(text.slice(start, end)) ? end : undefined
}

/** Over letters, digits, `_ . / -`, and colons that one of these or a colon follows. */
function endOfWord(text: string, start: number): number {
  let at = start
  for (;;) {
    const code = text.charCodeAt(at)
    if (WORD[code] !== 1 && !(code === COLON && continuesWord(text.charCodeAt(at + 1)))) return at
    at += 1
  }
}

function continuesWord(code: number): boolean {
  return code === COLON || WORD[code] === 1
}

function wordTable(): Uint8Array {
  const table = new Uint8Array(128)
  for (let code = 0; code < table.length; code += 1) {
    if (/[\w./-]/.test(String.fromCharCode(code))) table[code] = 1
  }
  return table
}

/** Text, or an integer that can be written in no other way: no other key is equal to it. */
function isKey(word: string): boolean {
  if (!isWord(word)) return false
  return isText(word) || /^(0|[1-9][0-9]*)$/.test(word)
}

function isValue(word: string): boolean {
  return NULLS.has(word) || (isWord(word) && (isText(word) || /^[0-9]+$/.test(word)))
}

function isWord(word: string): boolean {
  return word !== '' && word.length <= LONGEST && !/^[-:]/.test(word)
}

/** A slash, as addresses have, is in nothing else but text. */
function isText(word: string): boolean {
  return word.includes('/') || implicitType(word) === 'str'
}
