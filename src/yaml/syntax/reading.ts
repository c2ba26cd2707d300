import type { YamlNode, YamlScalar } from '../document.ts'
import type { Builder } from './builder.ts'
import {
  AMPERSAND,
  ASTERISK,
  DASH,
  DOUBLE_QUOTE,
  isBlank,
  isEnd,
  PERCENT,
  SINGLE_QUOTE,
  startsPlain,
  TAB,
} from './chars.ts'
import type { Cursor } from './cursor.ts'
import { YamlFault } from './fault.ts'
import { readPlain } from './plain.ts'
import { readName, type TagHandles } from './properties.ts'
import { readQuoted } from './quoted.ts'
import type { Raw } from './raw.ts'

/** Where an entry of the root map stands: offsets into the text. */
export type RootEntry = {
  readonly key: YamlScalar
  readonly value: YamlNode
  /** After the key. */
  readonly keyEnd: number
  /** After the colon; undefined where there is none, as in `{a, b}`. */
  readonly colonEnd: number | undefined
  /** Of the value with its properties; both `colonEnd` where nothing is written. */
  readonly start: number
  readonly end: number
  /** Column of the map, 0-based; undefined in `{ }`. */
  readonly column: number | undefined
}

/** Everything one parse works on. */
export type Reading = {
  readonly cursor: Cursor
  readonly builder: Builder
  readonly handles: TagHandles
  readonly maxDepth: number
  /** Collections around the cursor. */
  depth: number
  /** Filled when someone wants to edit. */
  readonly rootEntries: RootEntry[] | undefined
}

/** YAML 1.1: a key that is not marked with `? ` stands on one line and is no longer than this. */
const LONGEST_KEY = 1024

/** Where something began that may turn out to be a key. */
export type KeyStart = { readonly pos: number; readonly line: number; readonly column: number }

/** Notes where the cursor stands. */
export function keyStart(cursor: Cursor): KeyStart {
  return { pos: cursor.pos, line: cursor.line, column: cursor.column }
}

/** Whether a colon here makes a key of what began at `start`. */
export function isKey(cursor: Cursor, start: KeyStart): boolean {
  return cursor.line === start.line && cursor.pos - start.pos <= LONGEST_KEY
}

/** Reads the inside of a collection, one level deeper. */
export function nested<T>(reading: Reading, read: () => T): T {
  if (reading.depth >= reading.maxDepth) {
    const message = `lists and maps are nested more than ${reading.maxDepth} deep`
    throw new YamlFault(reading.cursor.place(), message, 'ZTP_YAML_TOO_DEEP')
  }
  reading.depth += 1
  const result = read()
  reading.depth -= 1
  return result
}

/** Nothing written, which is a null. */
export function emptyRaw(reading: Reading): Raw {
  const { cursor, builder } = reading
  return { kind: 'scalar', text: '', plain: true, place: cursor.place(), before: builder.count }
}

/** Reads an alias, a quoted or a plain scalar; undefined when none of them stands here. */
export function readAtom(reading: Reading, indent: number, inFlow: boolean): Raw | undefined {
  const { cursor } = reading
  const place = cursor.place()
  const before = reading.builder.count
  const code = cursor.code()
  if (code === ASTERISK) return { kind: 'alias', name: readName(cursor), place, before }
  if (code === SINGLE_QUOTE || code === DOUBLE_QUOTE) {
    return { kind: 'scalar', text: readQuoted(cursor), plain: false, place, before }
  }
  if (!startsPlain(code, cursor.code(1), inFlow)) return undefined
  return { kind: 'scalar', text: readPlain(cursor, indent, inFlow), plain: true, place, before }
}

/** Ends the parse at a character that can begin nothing here. */
export function failAt(cursor: Cursor, expected: string): never {
  const code = cursor.code()
  if (code === TAB) {
    cursor.fail('a tab stands where only spaces may; YAML indents and separates with spaces')
  }
  if (isEnd(code)) cursor.fail(`the file ends here; expected ${expected}`)
  if (code === DASH && isBlank(cursor.code(1))) {
    cursor.fail(`a list item (- ) cannot begin here; expected ${expected}`)
  }
  const shown = cursor.text.slice(cursor.pos).match(/^./u)?.[0] ?? ''
  const quoted = code === PERCENT || code === AMPERSAND || !startsPlain(code, code, false)
  cursor.fail(
    `${shown} cannot stand here; expected ${expected}${quoted ? ', or quotes around the text' : ''}`,
  )
}
