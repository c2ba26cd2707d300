import type { Diagnostic } from '../kernel/diagnostic.ts'
import type { NodeId } from '../node/identity.ts'

/**
 * A neighbordb as read and checked: plain data that can be sent from one thread to another.
 *
 * Compiling it is for `NeighbordbBuilder`.
 */
export type NeighbordbSource = { readonly patterns: readonly PatternSource[] }

export type PatternSource = ValidPattern | InvalidPattern

export type ValidPattern = {
  readonly kind: 'valid'
  /** Empty where a `pattern` file has none. */
  readonly name: string
  readonly line: number
  readonly node: { readonly id: NodeId | null; readonly written: string } | null
  readonly model: string | null
  /** Path under definitions/; null only in a `pattern` file. */
  readonly definition: string | null
  readonly configHandler: string | null
  /** Its own, and those of the file that its interface patterns use, as written. */
  readonly variables: readonly WrittenVariable[]
  /** Null where the key is absent; an empty list constrains nothing. */
  readonly interfaces: readonly InterfaceSource[] | null
}

/** It stops whoever reaches it: it might have been meant for them. */
export type InvalidPattern = {
  readonly kind: 'invalid'
  readonly name: string
  readonly line: number
  /**
   * The node it is for; `all` where it has no `node`; `unknown` where its `node` can be no node's.
   */
  readonly scope: { readonly node: NodeId } | 'all' | 'unknown'
  readonly diagnostics: readonly Diagnostic[]
}

export type WrittenVariable = { readonly name: string; readonly text: string }

/** One line of `interfaces`: an interface pattern for each interface it names. */
export type InterfaceSource = {
  readonly kind: 'interface'
  readonly line: number
  /** Names in normal form. */
  readonly local: 'any' | 'none' | readonly string[]
  readonly device: Operand
  readonly port: Operand
  readonly written: WrittenInterface
}

/** What the operator wrote, to be written again into a node's `pattern` file. */
type WrittenInterface = {
  readonly local: string
  readonly remote: string | { readonly device: string; readonly port: string | null }
}

/** A DEVICE or PORT with its variables resolved. */
export type Operand =
  | { readonly kind: 'any' }
  | { readonly kind: 'none' }
  | { readonly kind: 'exact'; readonly text: string }
  | { readonly kind: 'regex'; readonly text: string }
  | { readonly kind: 'includes'; readonly text: string }
  | { readonly kind: 'excludes'; readonly text: string }
  /** `Ethernet1/$`: the text, then any number. */
  | { readonly kind: 'numbered'; readonly text: string }

/** The operand as it could be written. */
export function formatOperand(operand: Operand): string {
  switch (operand.kind) {
    case 'any':
    case 'none':
      return operand.kind
    case 'exact':
      return operand.text
    case 'numbered':
      return `${operand.text}$`
    default:
      return `${operand.kind}('${operand.text}')`
  }
}
