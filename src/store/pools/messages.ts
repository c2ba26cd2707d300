import type { Addition, ChangedEntry, NewEntry, PoolContents } from '../../resource/pool-admin.ts'
import type { Failure } from '../../thread/protocol.ts'

/** What the pool worker is asked; a holder is text, `ID` or `ID/LABEL`. */
export type PoolRequest =
  | PoolChange
  | { readonly kind: 'confirm'; readonly node: string }
  | { readonly kind: 'clear' }
  | AdminRequest

/** What concerns one pool. */
export type PoolChange =
  | { readonly kind: 'allocate'; readonly pool: string; readonly holder: string }
  | {
      readonly kind: 'free' | 'give-back'
      readonly pool: string
      readonly holder: string
      readonly value: string
    }

/** What a person asks: the methods of PoolAdmin. */
export type AdminRequest =
  | { readonly kind: 'list' }
  | { readonly kind: 'contents'; readonly pool: string }
  | AdditionRequest
  | (Dry & { readonly kind: 'free-keys'; readonly pool: string; readonly keys: readonly string[] })
  | (Dry & { readonly kind: 'free-node'; readonly node: string })
  | (Dry & { readonly kind: 'reassign'; readonly from: string; readonly to: string })

export type AdditionRequest = Dry & {
  readonly kind: 'add'
  readonly pool: string
  readonly entries: readonly NewEntry[]
  readonly fill?: boolean
}

type Dry = { readonly dryRun: boolean }

/** What `--clear-resources` did. */
export type Cleared = { readonly pools: number; readonly entries: number }

export type PoolOutcome =
  | { readonly kind: 'allocated'; readonly value: string; readonly fresh: boolean }
  | { readonly kind: 'released'; readonly freed: boolean }
  | { readonly kind: 'done' }
  | { readonly kind: 'cleared'; readonly cleared: Cleared }
  | { readonly kind: 'listed'; readonly pools: readonly string[] }
  | { readonly kind: 'contents'; readonly contents: PoolContents }
  | { readonly kind: 'added'; readonly addition: Addition }
  | { readonly kind: 'changed'; readonly changed: readonly ChangedEntry[] }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** All that waited while the worker was busy: one lock, one write of each pool. */
export type PoolBatch = {
  /** Milliseconds since 1970. */
  readonly now: number
  readonly requests: readonly PoolRequest[]
}

/** One outcome for each request, in order, and what the operator should read. */
export type PoolReply = {
  readonly outcomes: readonly PoolOutcome[]
  readonly warnings: readonly string[]
}

/** What the pool worker is started with: absolute paths. */
export type PoolPaths = { readonly resources: string; readonly state: string }
