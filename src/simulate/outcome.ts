import type { ValueMap } from '../kernel/value.ts'
import type { Allocation } from './allocations.ts'
import type { Exchange } from './exchange.ts'
import type { VirtualSwitch } from './virtual-switch.ts'

/** How far a switch is, in the words of the bootstrap flow (spec: client.md). */
export type Stage = 'bootstrap' | 'config' | 'details' | 'definition' | 'actions' | 'startup-config'

/** Why a switch was not provisioned. */
export type Failure = {
  readonly stage: Stage
  /** In the fixed words that the bootstrap script uses, where it has such. */
  readonly reason: string
  readonly url?: string
  /** What the server answered to it, where it answered. */
  readonly status?: number
  readonly body?: string
}

/** What a switch was given. */
export type Provisioned = {
  readonly definition: string | undefined
  /** Every attribute that an action was sent; of two with one name the first. */
  readonly attributes: ValueMap
  readonly allocations: readonly Allocation[]
  readonly startupConfig: string
}

/** A run of one switch from its first request to its last. */
export type Run = {
  readonly node: VirtualSwitch
  /** As the server gave it in Location. */
  readonly nodeId: string | undefined
  readonly exchanges: readonly Exchange[]
  readonly milliseconds: number
} & (
  | { readonly kind: 'provisioned'; readonly got: Provisioned }
  | { readonly kind: 'failed'; readonly failure: Failure }
)

/** Progress of one switch, told as it happens. */
export type RunEvent = {
  /** The switch's name. */
  readonly name: string
  readonly requests: number
} & (
  | { readonly kind: 'at'; readonly stage: Stage; readonly detail: string }
  | { readonly kind: 'ended'; readonly run: Run }
)
