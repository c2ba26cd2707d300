import type { Value } from '../../kernel/value.ts'
import type { Failure } from '../../thread/protocol.ts'
import type { SqlLimits } from './limits.ts'

/** Which database; the paths are absolute, the URLs have passwords. */
export type SqlTarget =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres' | 'mysql'; readonly url: string }

/** What a worker is started with. */
export type SqlSetup = { readonly target: SqlTarget; readonly limits: SqlLimits }

/** What is asked of one pool; a holder is text, `ID` or `ID/LABEL`. */
export type SqlChange =
  | { readonly kind: 'allocate'; readonly holder: string }
  | {
      readonly kind: 'free' | 'give-back'
      readonly holder: string
      readonly key: string
      /** Only if it was given out just then; ms since 1970. */
      readonly since?: number
    }

/** What the worker is asked. */
export type SqlRequest =
  | {
      readonly kind: 'serve'
      readonly table: string
      /** Milliseconds since 1970. */
      readonly now: number
      readonly changes: readonly SqlChange[]
    }
  /** Marks what these nodes hold as in use; ids as `holderKey` compares them. */
  | { readonly kind: 'confirm'; readonly nodes: readonly string[] }
  | { readonly kind: 'close' }

export type SqlOutcome =
  | {
      readonly kind: 'allocated'
      readonly key: string
      readonly value: Value
      readonly fresh: boolean
    }
  | { readonly kind: 'released'; readonly freed: boolean }
  | { readonly kind: 'done' }
  | {
      readonly kind: 'failed'
      readonly failure: Failure
      /** The entry that was perhaps given out all the same: nobody knows if it was committed. */
      readonly taken?: string
    }

/** One outcome for each change, in order, and what the operator should read. */
export type SqlReply = {
  readonly outcomes: readonly SqlOutcome[]
  readonly warnings: readonly string[]
}
