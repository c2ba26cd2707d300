import {
  COLON,
  HASH,
  isBlank,
  isBreak,
  isEnd,
  isFlowIndicator,
  QUESTION,
  SPACE,
  TAB,
} from './chars.ts'
import type { Cursor } from './cursor.ts'

/**
 * Reads a plain scalar, over as many lines as it has.
 *
 * @param indent column of the collection around it; outside of flow, further lines stand deeper
 * @returns the content: line ends folded into spaces, as YAML 1.1 says
 */
export function readPlain(cursor: Cursor, indent: number, inFlow: boolean): string {
  let content = ''
  let gap = ''
  cursor.fresh = false
  for (;;) {
    const end = plainEnd(cursor.text, cursor.pos, inFlow)
    if (end === cursor.pos) return content
    content += gap + cursor.text.slice(cursor.pos, end)
    cursor.take(end - cursor.pos)
    cursor.skipSpaces()
    if (!isBreak(cursor.code())) return content
    gap = foldBreaks(cursor)
    if (!inFlow) cursor.fresh = true
    if (cursor.atMarker() || cursor.code() === HASH) return content
    if (!inFlow && cursor.column <= indent) return content
  }
}

/** Offset after the last character that the scalar has on this line. */
function plainEnd(text: string, start: number, inFlow: boolean): number {
  let end = start
  for (let at = start; ; at += 1) {
    const code = text.charCodeAt(at)
    if (code === SPACE) {
      if (text.charCodeAt(at + 1) === HASH) return end
    } else if (endsPlain(text, at, code, inFlow)) {
      return end
    } else {
      end = at + 1
    }
  }
}

function endsPlain(text: string, at: number, code: number, inFlow: boolean): boolean {
  if (code === COLON) {
    const next = text.charCodeAt(at + 1)
    return isBlank(next) || (inFlow && isFlowIndicator(next))
  }
  if (inFlow && (code === QUESTION || isFlowIndicator(code))) return true
  return code === TAB || isBreak(code) || isEnd(code)
}

/** Moves over line ends and the spaces between: one is a space, n are n - 1 line ends. */
function foldBreaks(cursor: Cursor): string {
  const first = cursor.takeBreak()
  let more = ''
  while (!cursor.atMarker()) {
    cursor.skipSpaces()
    const next = cursor.takeBreak()
    if (next === '') break
    more += next
  }
  if (first !== '\n') return first + more
  return more === '' ? ' ' : more
}
