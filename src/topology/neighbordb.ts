import type { NodeId } from '../node/identity.ts'
import type { PatternChecks } from './checks.ts'
import type { InvalidPattern, ValidPattern } from './source.ts'

/** A pattern that nodes can be held against. */
export type CompiledPattern = {
  /** Empty where a `pattern` file has none. */
  readonly name: string
  /** 1-based, in its file. */
  readonly line: number
  /** Path under definitions/; null only in a `pattern` file. */
  readonly definition: string | null
  /** File in config-handlers/. */
  readonly configHandler: string | null
  /** The one node it is for; null where it is for all, and in a `pattern` file. */
  readonly nodeId: NodeId | null
  readonly source: ValidPattern
  /** Made when first asked for. */
  readonly checks: () => PatternChecks
}

/** A pattern of neighbordb, where every pattern names a definition. */
export type DefiningPattern = CompiledPattern & { readonly definition: string }

/** One entry of neighbordb's `patterns`, in the file's order. */
export type PatternEntry =
  | { readonly kind: 'valid'; readonly pattern: DefiningPattern }
  | { readonly kind: 'invalid'; readonly pattern: InvalidPattern }

/** A neighbordb ready to be asked. */
export type Neighbordb = {
  readonly entries: readonly PatternEntry[]
  /** The first entry that is for the node. */
  readonly byNode: ReadonlyMap<string, PatternEntry>
  /** Places in `entries` of global patterns that every node must be held against, ascending. */
  readonly always: readonly number[]
  /** Places of the others, under a key that a matching node is sure to have, ascending. */
  readonly bySight: ReadonlyMap<string, readonly number[]>
}

/** Something only JavaScript's own engine can answer: `new RegExp(source, flags).test(value)`. */
export type RegexQuestion = {
  /** The Python expression, as written. */
  readonly pattern: string
  readonly source: string
  readonly flags: string
  readonly value: string
}

/** Answers by questionKey. */
export type RegexVerdicts = ReadonlyMap<string, boolean>

/** No answers: what a first attempt starts with. */
export const NO_VERDICTS: RegexVerdicts = new Map()

/** The key of a question's answer among the verdicts. */
export function questionKey({ pattern, value }: Pick<RegexQuestion, 'pattern' | 'value'>): string {
  return `${pattern.length}:${pattern}${value}`
}
