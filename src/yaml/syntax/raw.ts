import type { Place, YamlEntry, YamlNode } from '../document.ts'

/** A node as the grammar reads it, before its anchor and tag are applied. */
export type Raw = {
  readonly place: Place
  /** How many nodes there were, aliases followed, when this one began. */
  readonly before: number
} & (
  | { readonly kind: 'scalar'; readonly text: string; readonly plain: boolean }
  | { readonly kind: 'list'; readonly items: readonly YamlNode[] }
  | { readonly kind: 'map'; readonly entries: readonly YamlEntry[] }
  | { readonly kind: 'alias'; readonly name: string }
)
