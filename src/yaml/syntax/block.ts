import type { YamlEntry, YamlNode } from '../document.ts'
import { readBlockScalar } from './block-scalar.ts'
import { COLON, DASH, GREATER, PIPE, QUESTION } from './chars.ts'
import type { Cursor } from './cursor.ts'
import { readFlow, startsFlow } from './flow.ts'
import { joinProperties, type Properties, readProperties } from './properties.ts'
import type { Raw } from './raw.ts'
import {
  emptyRaw,
  failAt,
  isKey,
  type KeyStart,
  keyStart,
  nested,
  type Reading,
  readAtom,
} from './reading.ts'

/** A node with the properties that stand before it, and whether a colon makes it a key. */
type Inline = {
  readonly raw: Raw
  readonly properties: Properties | undefined
  readonly start: KeyStart
  readonly isKey: boolean
}

const MISPLACED_COLON =
  'a colon cannot stand here: a key begins a line of its own, in the column of the keys around it; quote a text that has a colon and a space in it'

/** What a list may stand in: `map` lets its dashes stand in the map's column. */
type Around = 'map' | 'list'

/**
 * Reads the node that is the root, a value or an item.
 *
 * @param indent column of the collection around it, -1 for the root
 * @param empty what it is if nothing is written
 */
export function readNode(
  reading: Reading,
  indent: number,
  around: Around,
  empty: Raw = emptyRaw(reading),
): YamlNode {
  const { cursor, builder } = reading
  cursor.skip(false)
  let outer: Properties | undefined
  for (;;) {
    if (isLeftOut(cursor, indent, around)) return builder.node(empty, outer)
    if (cursor.fresh && startsBlock(cursor)) return readBlock(reading, indent, outer)
    const line = cursor.line
    const fresh = cursor.fresh
    const start = keyStart(cursor)
    const properties = readProperties(cursor, reading.handles)
    cursor.skip(false)
    if (properties !== undefined && (cursor.line !== line || cursor.atDocumentEnd())) {
      outer = joinProperties(cursor, outer, properties)
      continue
    }
    const inline = readInline(reading, indent, start, properties)
    if (inline.isKey && fresh) return readMap(reading, start.column, outer, inline)
    if (inline.isKey) cursor.fail(MISPLACED_COLON)
    return builder.node(inline.raw, joinProperties(cursor, outer, properties))
  }
}

/** Whether the cursor is at what comes after a node that was left out. */
function isLeftOut(cursor: Cursor, indent: number, around: Around): boolean {
  if (cursor.atDocumentEnd()) return true
  if (!cursor.fresh || cursor.column > indent) return false
  if (cursor.column < indent) return true
  const code = cursor.code()
  if (code === PIPE || code === GREATER) return false
  return around === 'list' || !cursor.atIndicator(DASH)
}

function startsBlock(cursor: Cursor): boolean {
  return cursor.atIndicator(DASH) || cursor.atIndicator(QUESTION)
}

function readBlock(reading: Reading, indent: number, properties: Properties | undefined): YamlNode {
  const { column } = reading.cursor
  if (!reading.cursor.atIndicator(DASH)) return readMap(reading, column, properties)
  return readList(reading, column, column === indent, properties)
}

/** Reads what stands on this line, after its properties, and looks for the colon of a key. */
function readInline(
  reading: Reading,
  indent: number,
  start: KeyStart,
  properties: Properties | undefined,
): Inline {
  const { cursor } = reading
  const raw = readContent(reading, indent, properties)
  if (cursor.line !== start.line) {
    return { raw, properties, start, isKey: false }
  }
  cursor.skipSpaces()
  const colon = cursor.atIndicator(COLON)
  if (colon && !isKey(cursor, start)) cursor.fail('a key has at most 1024 characters')
  return { raw, properties, start, isKey: colon }
}

function readContent(reading: Reading, indent: number, properties: Properties | undefined): Raw {
  const { cursor } = reading
  const code = cursor.code()
  if (startsFlow(code)) return readFlow(reading)
  if (code === PIPE || code === GREATER) {
    const head = { place: cursor.place(), before: reading.builder.count }
    return { ...head, kind: 'scalar', text: readBlockScalar(cursor, indent), plain: false }
  }
  const atom = readAtom(reading, indent, false)
  if (atom !== undefined) return atom
  if (properties !== undefined && cursor.atIndicator(COLON)) return emptyRaw(reading)
  return failAt(cursor, 'a value')
}

/**
 * Reads the items of a list whose dashes stand in `column`.
 *
 * @param inMapColumn whether that is the column of the map around it, whose next key ends it
 */
function readList(
  reading: Reading,
  column: number,
  inMapColumn: boolean,
  properties: Properties | undefined,
): YamlNode {
  const { cursor, builder } = reading
  const head = { place: cursor.place(), before: builder.count }
  const items: YamlNode[] = []
  nested(reading, () => {
    for (;;) {
      cursor.take(1)
      cursor.fresh = true
      items.push(builder.asValue(readNode(reading, column, 'list')))
      cursor.skip(false)
      if (hasEnded(cursor, column)) break
      if (isNext(cursor, column) && cursor.atIndicator(DASH)) continue
      if (isNext(cursor, column) && inMapColumn) break
      failBetween(cursor, column, 'list')
    }
  })
  return builder.node({ ...head, kind: 'list', items }, properties)
}

function hasEnded(cursor: Cursor, column: number): boolean {
  return cursor.atDocumentEnd() || cursor.column < column
}

/** Whether the next member may stand here: in the column, nothing but spaces before it. */
function isNext(cursor: Cursor, column: number): boolean {
  return cursor.fresh && cursor.column === column
}

/** Reads the entries of a map whose keys stand in `column`. */
function readMap(
  reading: Reading,
  column: number,
  properties: Properties | undefined,
  firstKey?: Inline,
): YamlNode {
  const { builder } = reading
  const place = firstKey?.raw.place ?? reading.cursor.place()
  const before = firstKey?.raw.before ?? builder.count
  const entries: YamlEntry[] = []
  nested(reading, () => {
    for (let key = firstKey; ; key = undefined) {
      const entry = readEntry(reading, column, key)
      if (entry !== undefined) entries.push(entry)
      reading.cursor.skip(false)
      if (hasEnded(reading.cursor, column)) break
      if (!isNext(reading.cursor, column)) failBetween(reading.cursor, column, 'map')
    }
  })
  return builder.node({ kind: 'map', entries, place, before }, properties)
}

/** Reads an entry; its key, when already read, is `known`, the cursor at its colon. */
function readEntry(
  reading: Reading,
  column: number,
  known: Inline | undefined,
): YamlEntry | undefined {
  const { cursor, builder } = reading
  const marked = known === undefined && cursor.atIndicator(QUESTION)
  const key = marked ? readMarkedKey(reading, column) : readKey(reading, column, known)
  const keyEnd = cursor.contentEnd
  const hasColon =
    !marked || (cursor.fresh && cursor.column === column && cursor.atIndicator(COLON))
  if (hasColon) {
    cursor.take(1)
    cursor.fresh = marked
  }
  const colonEnd = hasColon ? cursor.pos : undefined
  const empty = emptyRaw(reading)
  if (hasColon) cursor.skip(false)
  const start = cursor.pos
  const node = hasColon ? readNode(reading, column, 'map', empty) : builder.node(empty)
  const value = builder.asValue(node)
  if (reading.depth === 1 && key.kind === 'scalar') {
    const from = colonEnd ?? keyEnd
    const span =
      cursor.contentEnd === from ? { start: from, end: from } : { start, end: cursor.contentEnd }
    reading.rootEntries?.push({ key, value, keyEnd, colonEnd, ...span, column })
  }
  return builder.entry(key, value)
}

/** Reads a key marked with `? `. */
function readMarkedKey(reading: Reading, column: number): YamlNode {
  const { cursor } = reading
  cursor.take(1)
  cursor.fresh = true
  const key = readNode(reading, column, 'map')
  cursor.skip(false)
  return key
}

function readKey(reading: Reading, column: number, known: Inline | undefined): YamlNode {
  const { cursor } = reading
  const start = keyStart(cursor)
  const properties = known === undefined ? readProperties(cursor, reading.handles) : undefined
  const key = known ?? readInline(reading, column, start, properties)
  if (!key.isKey) cursor.fail('a colon and a space must follow the key', keyPlace(key))
  return reading.builder.node(key.raw, key.properties)
}

function keyPlace(key: Inline): Raw['place'] {
  return { line: key.start.line + 1, column: key.start.column + 1 }
}

/** Ends the parse at what is neither the collection's next member nor its end. */
function failBetween(cursor: Cursor, column: number, kind: Around): never {
  if (cursor.atIndicator(COLON)) cursor.fail(MISPLACED_COLON)
  if (!cursor.fresh) failAt(cursor, 'the end of the line')
  cursor.fail(
    cursor.column > column
      ? `the line is deeper than the ${kind} it belongs to, which stands in column ${column + 1}`
      : `expected a list item (- ) in this column, as on the lines above`,
  )
}
