import type { ValueMap } from '../kernel/value.ts'

/** What a node shall do: a definition file, or the one made for a static startup-config. */
export type Definition = {
  readonly name?: string
  /** Global scope: what actions inherit. */
  readonly attributes: ValueMap
  readonly actions: readonly Action[]
  /** Every key to send, as written and in the file's order. */
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
  /** Made by the server: its attributes are sent as they are, with nothing merged into them. */
  readonly generated?: true
  readonly raw: ValueMap
}
