import type { ValueMap } from '../kernel/value.ts'

/** What a node shall do: a definition file, or the one made for a static startup-config. */
export type Definition = {
  readonly name?: string
  /** Global scope: the definition's own top-level `attributes`. */
  readonly attributes: ValueMap
  readonly actions: readonly Action[]
  /** Every key as written, in the file's order: what is passed on. */
  readonly raw: ValueMap
}

/** One step of a definition: a Python module and what it is handed. */
export type Action = {
  /** The module's name under actions/. */
  readonly action: string
  /** Action scope, as written. */
  readonly attributes: ValueMap
  /** Runs even where a static startup-config takes the definition's place. */
  readonly alwaysExecute: boolean
  /**
   * The wider scopes whose attributes reach this action. Undefined for an action that the server
   * made: its attributes are sent as they are.
   */
  readonly inherits: ValueMap | undefined
  readonly raw: ValueMap
}
