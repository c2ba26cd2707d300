import type { YamlScalar } from '../document.ts'
import { implicitType, type ScalarType } from './implicit.ts'
import { readFloat, readInteger } from './numbers.ts'
import { readTimestamp } from './timestamp.ts'

/** What a scalar is worth, or why it is worth nothing. */
export type Construction =
  | { readonly type: ScalarType; readonly value: YamlScalar['value'] }
  | { readonly type: 'problem'; readonly message: string }

const PREFIX = 'tag:yaml.org,2002:'
const SCALAR_TAGS: readonly ScalarType[] = ['null', 'bool', 'int', 'float', 'timestamp', 'str']
const TRUE = ['yes', 'true', 'on']
const FALSE = ['no', 'false', 'off']

/**
 * The value of a scalar, as PyYAML's safe constructor makes it.
 *
 * @param tag in full; undefined where there is none
 */
export function constructScalar(text: string, plain: boolean, tag?: string): Construction {
  if (tag === undefined && !plain) return { type: 'str', value: text }
  if (tag === undefined || tag === '!') return constructAs(implicitType(text), text)
  const type = SCALAR_TAGS.find((each) => PREFIX + each === tag)
  if (type !== undefined) return constructAs(type, text)
  return { type: 'problem', message: unknownTag(tag, 'text') }
}

/** Whether a list or map may have the tag. */
export function isCollectionTag(tag: string | undefined, kind: 'list' | 'map'): boolean {
  return tag === undefined || tag === '!' || tag === PREFIX + (kind === 'list' ? 'seq' : 'map')
}

/** What is said of a tag that the kind of node cannot have. */
export function unknownTag(tag: string, kind: string): string {
  const name = tag.startsWith(PREFIX) ? `!!${tag.slice(PREFIX.length)}` : tag
  return `the tag ${name} means nothing on a ${kind} here; leave it out`
}

function constructAs(type: ScalarType, text: string): Construction {
  if (type === 'null') return { type, value: null }
  if (type === 'str' || type === 'merge' || type === 'value') return { type, value: text }
  const value = convert(type, text)
  return value === undefined ? { type: 'problem', message: refusal(type, text) } : { type, value }
}

function convert(
  type: 'bool' | 'int' | 'float' | 'timestamp',
  text: string,
): YamlScalar['value'] | undefined {
  if (type === 'int') return readInteger(text)
  if (type === 'float') return readFloat(text)
  if (type === 'timestamp') return readTimestamp(text)
  const word = text.toLowerCase()
  if (TRUE.includes(word)) return true
  return FALSE.includes(word) ? false : undefined
}

function refusal(type: 'bool' | 'int' | 'float' | 'timestamp', text: string): string {
  const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
  if (type === 'timestamp') return `${shown} is no date or time there is; quote it if it is text`
  const what = { bool: 'neither true nor false', int: 'no integer', float: 'no number' }[type]
  return `${shown} is ${what}; quote it if it is text`
}
