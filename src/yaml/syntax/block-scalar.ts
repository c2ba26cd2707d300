import { GREATER, HASH, isBreak, isEnd, SPACE, TAB } from './chars.ts'
import type { Cursor } from './cursor.ts'

type Header = {
  readonly folded: boolean
  /** `-` strips the last line ends, `+` keeps them all, '' keeps one. */
  readonly chomp: '-' | '+' | ''
  /** How much deeper than its collection the text stands, where the header says so. */
  readonly increment: number | undefined
}

/** The line ends before a text line, and whether such a line follows. */
type Lead = { readonly breaks: string; readonly more: boolean }

/**
 * Reads a literal (`|`) or folded (`>`) scalar.
 *
 * @param indent column of the collection around it
 */
export function readBlockScalar(cursor: Cursor, indent: number): string {
  const header = readHeader(cursor)
  const minimum = Math.max(indent + 1, 1)
  const depth =
    header.increment === undefined
      ? Math.max(minimum, detectDepth(cursor))
      : minimum + header.increment - 1
  const content = readLines(cursor, header, depth)
  cursor.fresh = true
  return content
}

function readHeader(cursor: Cursor): Header {
  const folded = cursor.code() === GREATER
  const found = /[|>](?:([+-])([0-9])?|([0-9])([+-])?)?/y
  found.lastIndex = cursor.pos
  const [all = '', sign1, digit1, digit2, sign2] = found.exec(cursor.text) ?? []
  const sign = sign1 ?? sign2
  const digit = digit1 ?? digit2
  if (digit === '0') cursor.fail('the indentation of a block text is 1 to 9')
  cursor.take(all.length)
  if (cursor.code() === SPACE) skipComment(cursor)
  if (cursor.takeBreak() === '' && !isEnd(cursor.code())) {
    cursor.fail('the text of a block (| or >) begins on the next line')
  }
  return {
    folded,
    chomp: sign === '-' || sign === '+' ? sign : '',
    increment: digit === undefined ? undefined : Number(digit),
  }
}

function skipComment(cursor: Cursor): void {
  cursor.skipSpaces()
  if (cursor.code() === HASH) cursor.skipToLineEnd()
}

/** How deep the first line that is not blank stands, or the longest blank one; moves nothing. */
function detectDepth(cursor: Cursor): number {
  let deepest = 0
  let lineStart = cursor.pos
  for (let at = cursor.pos; ; at += 1) {
    const code = cursor.text.charCodeAt(at)
    if (isBreak(code)) lineStart = at + 1
    else if (code === SPACE) deepest = Math.max(deepest, at + 1 - lineStart)
    else return deepest
  }
}

function readLines(cursor: Cursor, header: Header, depth: number): string {
  let content = ''
  let lineEnd = ''
  let lead = readLead(cursor, depth)
  while (lead.more) {
    content += lead.breaks
    const indented = isWhite(cursor.code())
    const start = cursor.pos
    cursor.skipToLineEnd()
    cursor.contentEnd = cursor.pos
    content += cursor.text.slice(start, cursor.pos)
    lineEnd = cursor.takeBreak()
    lead = readLead(cursor, depth)
    if (!lead.more) break
    const joins = header.folded && lineEnd === '\n' && !indented && !isWhite(cursor.code())
    if (!joins) content += lineEnd
    else if (lead.breaks === '') content += ' '
  }
  if (header.chomp !== '-') content += lineEnd
  return header.chomp === '+' ? content + lead.breaks : content
}

function isWhite(code: number): boolean {
  return code === SPACE || code === TAB
}

function readLead(cursor: Cursor, depth: number): Lead {
  let breaks = ''
  for (;;) {
    while (cursor.column < depth && cursor.code() === SPACE) cursor.pos += 1
    const next = cursor.takeBreak()
    if (next === '') break
    breaks += next
  }
  return { breaks, more: cursor.column === depth && !isEnd(cursor.code()) }
}
