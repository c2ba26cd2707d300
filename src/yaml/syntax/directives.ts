import { DASH, HASH, isBlank, isBreak, isEnd, PERCENT } from './chars.ts'
import type { Cursor } from './cursor.ts'
import { DEFAULT_HANDLES, type TagHandles } from './properties.ts'

/** Reads the `%` lines before a document, if any, and its `---`. */
export function readPrologue(cursor: Cursor): TagHandles {
  const handles = new Map<string, string>()
  let seen = false
  cursor.skip(false)
  if (cursor.atMarker() && cursor.code() !== DASH) cursor.fail('no document goes before this ...')
  while (cursor.column === 0 && cursor.code() === PERCENT) {
    readDirective(cursor, handles)
    seen = true
    cursor.skip(false)
  }
  if (cursor.atMarker() && cursor.text.startsWith('---', cursor.pos)) {
    cursor.take(3)
    cursor.fresh = false
  } else if (seen) {
    cursor.fail('a line --- must follow the lines that begin with %')
  }
  return new Map([...DEFAULT_HANDLES, ...handles])
}

function readDirective(cursor: Cursor, handles: Map<string, string>): void {
  const place = cursor.place()
  const start = cursor.pos
  cursor.skipToLineEnd()
  const words = cursor.text.slice(start, cursor.pos).replace(/ #.*$/, '').trim().split(/ +/)
  const [name, first = '', second = ''] = words
  if (name === '%YAML' && !/^1\.[0-9]+$/.test(first)) {
    cursor.fail('the version after %YAML is 1.1 or another 1.x', place)
  }
  if (name !== '%TAG') return
  if (words.length !== 3 || handles.has(first) || !/^!([\w-]*!)?$/.test(first)) {
    cursor.fail('the form is %TAG !handle! prefix, once for a handle', place)
  }
  handles.set(first, second)
}

/** Over what may follow the document: only `...`, comments and blank lines. */
export function readEpilogue(cursor: Cursor): void {
  cursor.skip(false)
  while (cursor.atMarker() && cursor.text.startsWith('...', cursor.pos)) {
    cursor.take(3)
    skipAfterMarker(cursor)
  }
  if (isEnd(cursor.code())) return
  cursor.fail(
    cursor.atMarker()
      ? 'a second document begins here; the file must be one document'
      : 'the document has ended before this',
  )
}

function skipAfterMarker(cursor: Cursor): void {
  cursor.skipSpaces()
  const code = cursor.code()
  if (code !== HASH && !isBreak(code) && !isEnd(code) && !isBlank(code)) {
    cursor.fail('nothing but a comment may follow ... on its line')
  }
  cursor.skip(false)
}
