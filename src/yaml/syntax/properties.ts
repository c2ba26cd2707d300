import type { Place } from '../document.ts'
import { AMPERSAND, EXCLAMATION, isBlank } from './chars.ts'
import type { Cursor } from './cursor.ts'

/** What may stand before a node: `&anchor` and `!tag`, either order. */
export type Properties = {
  readonly anchor: string | undefined
  /** In full, such as `tag:yaml.org,2002:str`; `!` alone asks for what a plain scalar would be. */
  readonly tag: string | undefined
  readonly place: Place
}

/** What `!handle!` of a tag stands for. */
export type TagHandles = ReadonlyMap<string, string>

export const DEFAULT_HANDLES: TagHandles = new Map([
  ['!', '!'],
  ['!!', 'tag:yaml.org,2002:'],
])

/** Reads the properties that stand here on the line; undefined when there are none. */
export function readProperties(cursor: Cursor, handles: TagHandles): Properties | undefined {
  let found: Properties | undefined
  for (;;) {
    const place = cursor.place()
    const code = cursor.code()
    if (code === AMPERSAND) {
      const anchor = readName(cursor)
      found = joinProperties(cursor, found, { anchor, tag: undefined, place })
    } else if (code === EXCLAMATION) {
      const tag = readTag(cursor, handles)
      found = joinProperties(cursor, found, { anchor: undefined, tag, place })
    } else {
      return found
    }
    cursor.fresh = false
    cursor.skipSpaces()
  }
}

/** Both together, for one node. */
export function joinProperties(
  cursor: Cursor,
  first: Properties | undefined,
  second: Properties | undefined,
): Properties | undefined {
  if (first === undefined || second === undefined) return first ?? second
  if (first.anchor !== undefined && second.anchor !== undefined) {
    cursor.fail('a value has one anchor at most', second.place)
  }
  if (first.tag !== undefined && second.tag !== undefined) {
    cursor.fail('a value has one tag at most', second.place)
  }
  return {
    anchor: first.anchor ?? second.anchor,
    tag: first.tag ?? second.tag,
    place: first.place,
  }
}

/** Reads the name after the `&` or `*` that stands here. */
export function readName(cursor: Cursor): string {
  const found = /[&*]([0-9A-Za-z_-]+)(?=[\s\x85?:,\]}%@`]|$)/y
  found.lastIndex = cursor.pos
  const [all, name] = found.exec(cursor.text) ?? []
  if (all === undefined || name === undefined) {
    return cursor.fail(
      'the name of an anchor or alias (& or *) is made of letters, digits, - and _; quote the text if none is meant',
    )
  }
  cursor.take(all.length)
  cursor.fresh = false
  return name
}

function readTag(cursor: Cursor, handles: TagHandles): string {
  const place = cursor.place()
  const found = /!<([\w;/?:@&=+$,.!~*'()[\]%-]+)>|(![\w-]*!)?([\w;/?:@&=+$,.!~*'()[\]%-]*)/y
  found.lastIndex = cursor.pos
  const [all = '', verbatim, handle, rest = ''] = found.exec(cursor.text) ?? []
  cursor.take(all.length)
  if (!isBlank(cursor.code()) || (handle !== undefined && rest === '')) {
    cursor.fail('a tag is !name, !!name or !<name>, with a space after it', place)
  }
  if (verbatim !== undefined) return unescapeUri(cursor, verbatim, place)
  if (handle === undefined && rest === '!') return '!'
  const prefix = handles.get(handle ?? '!')
  if (prefix === undefined) return cursor.fail(`no %TAG line says what ${handle} means`, place)
  return prefix + unescapeUri(cursor, handle === undefined ? rest.slice(1) : rest, place)
}

function unescapeUri(cursor: Cursor, text: string, place: Place): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return cursor.fail('% in a tag is followed by two hexadecimal digits', place)
  }
}
