import type { Value } from '../kernel/value.ts'
import type { NodeId } from '../node/identity.ts'

/** Who holds an entry; written `ID`, or `ID/LABEL` for a further entry of the same pool. */
export type Holder = { readonly nodeId: NodeId; readonly label?: string }

/** An entry that a holder has. */
export type HeldEntry = {
  /** The entry as written in the pool: what it is freed by. */
  readonly key: string
  /** What the definition gets: the same, but a database's number stays a number. */
  readonly value: Value
  /** Whether this very call took it. */
  readonly fresh: boolean
}

/** The pools of one store: what `allocate` is made of. Durable before it answers. */
export type PoolStore = {
  /**
   * The entry that the holder has, or else the first free one.
   *
   * @throws ZtpError ZTP_MISSING_POOL, ZTP_INVALID_POOL, ZTP_POOL_EXHAUSTED, ZTP_STORE_FAILED
   */
  allocate(pool: string, holder: Holder): Promise<HeldEntry>
  /** Frees the entry if the holder still has it. */
  free(pool: string, holder: Holder, key: string): Promise<void>
  /**
   * Frees the entry if the holder still has it and was told of it only once: a request that failed
   * must not take away what a second request of the same node was answered meanwhile.
   *
   * @returns whether it was freed
   */
  giveBack(pool: string, holder: Holder, key: string): Promise<boolean>
  /** Marks all the node holds as in use: it was provisioned with them. */
  confirm(nodeId: NodeId): Promise<void>
}
