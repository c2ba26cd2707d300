import type { NodeId } from '../node/identity.ts'

/** Who holds an entry; written `ID`, or `ID/LABEL` for a further entry of the same pool. */
export type Holder = { readonly nodeId: NodeId; readonly label?: string }

/** The pools of one store: what `allocate` is made of. Durable before it answers. */
export type PoolStore = {
  /**
   * The entry that the holder has, or else the first free one.
   *
   * @returns the entry as written in the pool, and whether this call took it
   * @throws ZtpError ZTP_MISSING_POOL, ZTP_INVALID_POOL, ZTP_POOL_EXHAUSTED, ZTP_STORE_FAILED
   */
  allocate(
    pool: string,
    holder: Holder,
  ): Promise<{ readonly value: string; readonly fresh: boolean }>
  /** Frees the entry if the holder still has it. */
  free(pool: string, holder: Holder, value: string): Promise<void>
  /**
   * Frees the entry if the holder still has it and was told of it only once: a request that failed
   * must not take away what a second request of the same node was answered meanwhile.
   */
  giveBack(pool: string, holder: Holder, value: string): Promise<void>
  /** Marks all the node holds as in use: it was provisioned with them. */
  confirm(nodeId: NodeId): Promise<void>
}
