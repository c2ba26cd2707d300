import type { YamlEntry, YamlNode } from '../document.ts'
import {
  CLOSE_LIST,
  CLOSE_MAP,
  COLON,
  COMMA,
  isEnd,
  OPEN_LIST,
  OPEN_MAP,
  QUESTION,
} from './chars.ts'
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

/** Whether a `[` or `{` stands here. */
export function startsFlow(code: number): boolean {
  return code === OPEN_LIST || code === OPEN_MAP
}

/** Reads a list in `[ ]` or a map in `{ }`. */
export function readFlow(reading: Reading): Raw {
  const { cursor, builder } = reading
  const head = { place: cursor.place(), before: builder.count }
  const raw: Raw =
    cursor.code() === OPEN_LIST
      ? { ...head, kind: 'list', items: readMembers(reading, CLOSE_LIST, readItem) }
      : { ...head, kind: 'map', entries: readMembers(reading, CLOSE_MAP, readEntry) }
  cursor.fresh = false
  return raw
}

function readMembers<T>(
  reading: Reading,
  close: number,
  read: (reading: Reading) => T | undefined,
): readonly T[] {
  const { cursor } = reading
  const opened = cursor.place()
  const members: T[] = []
  cursor.take(1)
  return nested(reading, () => {
    for (let first = true; ; first = false) {
      skipInside(reading, opened, close)
      if (!first && cursor.code() !== close) {
        if (cursor.code() !== COMMA) failAt(cursor, `a comma or ${String.fromCharCode(close)}`)
        cursor.take(1)
        skipInside(reading, opened, close)
      }
      if (cursor.code() === close) break
      const member = read(reading)
      if (member !== undefined) members.push(member)
    }
    cursor.take(1)
    return members
  })
}

function skipInside(reading: Reading, opened: Raw['place'], close: number): void {
  const { cursor } = reading
  cursor.skip(true)
  if (cursor.atDocumentEnd()) {
    cursor.fail(`what opens here is never closed with ${String.fromCharCode(close)}`, opened)
  }
}

/** An item of a list; `a: b` there is a map of one entry. */
function readItem(reading: Reading): YamlNode | undefined {
  const { cursor, builder } = reading
  const head = { place: cursor.place(), before: builder.count }
  const key = readKey(reading)
  if (!key.isPair) return builder.asValue(builder.node(key.raw, key.properties))
  const entry = readPair(reading, key)
  return builder.node({ ...head, kind: 'map', entries: entry === undefined ? [] : [entry] })
}

function readEntry(reading: Reading): YamlEntry | undefined {
  return readPair(reading, readKey(reading))
}

type Key = {
  readonly raw: Raw
  readonly properties: Properties | undefined
  /** Whether a colon follows or a `?` went before. */
  readonly isPair: boolean
  readonly hasColon: boolean
}

function readKey(reading: Reading): Key {
  const { cursor } = reading
  const marked = cursor.code() === QUESTION
  if (marked) {
    cursor.take(1)
    cursor.skip(true)
  }
  const start = keyStart(cursor)
  const read = marked && atValueEnd(reading) ? bare(emptyRaw(reading)) : readNode(reading)
  cursor.skip(true)
  const hasColon = cursor.code() === COLON && (marked || allowsKey(reading, start))
  const { raw, properties } = read
  return { raw, properties, isPair: marked || hasColon, hasColon }
}

function allowsKey({ cursor }: Reading, start: KeyStart): boolean {
  return isKey(cursor, start) || cursor.fail('a key stands on one line, of 1024 characters at most')
}

function readPair(reading: Reading, key: Key): YamlEntry | undefined {
  const { cursor, builder } = reading
  const keyNode = builder.node(key.raw, key.properties)
  const keyEnd = cursor.contentEnd
  if (key.hasColon) cursor.take(1)
  const colonEnd = key.hasColon ? cursor.pos : undefined
  if (key.hasColon) cursor.skip(true)
  const empty = !key.hasColon || atValueEnd(reading)
  const start = empty ? (colonEnd ?? keyEnd) : cursor.pos
  const read = empty ? bare(emptyRaw(reading)) : readNode(reading)
  const value = builder.asValue(builder.node(read.raw, read.properties))
  if (reading.depth === 1 && keyNode.kind === 'scalar') {
    const end = empty ? start : cursor.contentEnd
    const place = { keyEnd, colonEnd, start, end, column: undefined }
    reading.rootEntries?.push({ key: keyNode, value, ...place })
  }
  return builder.entry(keyNode, value)
}

/** Whether the key or value that may stand here is left out. */
function atValueEnd({ cursor }: Reading): boolean {
  const code = cursor.code()
  return (
    code === COMMA || code === CLOSE_LIST || code === CLOSE_MAP || code === COLON || isEnd(code)
  )
}

type Read = { readonly raw: Raw; readonly properties: Properties | undefined }

function bare(raw: Raw): Read {
  return { raw, properties: undefined }
}

function readNode(reading: Reading): Read {
  const { cursor } = reading
  let properties: Properties | undefined
  for (;;) {
    const more = readProperties(cursor, reading.handles)
    if (more === undefined) break
    properties = joinProperties(cursor, properties, more)
    cursor.skip(true)
  }
  if (startsFlow(cursor.code())) return { raw: readFlow(reading), properties }
  const raw = readAtom(reading, -1, true)
  if (raw !== undefined) return { raw, properties }
  if (properties !== undefined && atValueEnd(reading)) return { raw: emptyRaw(reading), properties }
  return failAt(cursor, 'a value')
}
