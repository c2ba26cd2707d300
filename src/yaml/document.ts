import type { Value, ValueMap } from '../kernel/value.ts'

/** Where a thing stands in its file; both 1-based. */
export type Place = { readonly line: number; readonly column: number }

/**
 * A document as read: PyYAML's values, with places, and with the text as written beside each scalar.
 */
export type YamlNode = YamlScalar | YamlList | YamlMap

/** A scalar; only `value` depends on its tag or on what a plain one looks like. */
export type YamlScalar = {
  readonly kind: 'scalar'
  /** As PyYAML's safe loader resolves it; dates stay ISO text. */
  readonly value: Exclude<Value, readonly Value[] | ValueMap>
  /** As written: the characters of a plain scalar, the content of a quoted or block one. */
  readonly text: string
  readonly plain: boolean
  readonly place: Place
}

export type YamlList = {
  readonly kind: 'list'
  readonly items: readonly YamlNode[]
  readonly place: Place
}

export type YamlMap = {
  readonly kind: 'map'
  /** In the file's order, merge keys applied, the last of duplicate keys kept. */
  readonly entries: readonly YamlEntry[]
  /** Entries whose key came again, if any: what PyYAML forgets. */
  readonly overridden?: readonly YamlEntry[]
  readonly place: Place
}

export type YamlEntry = { readonly key: YamlScalar; readonly value: YamlNode }
