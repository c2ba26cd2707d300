import type { NodeId } from '../node/identity.ts'

/** Where a pool is kept: a file of `resources/`, or a table of a database. */
export type PoolKind = 'file' | 'sqlite' | 'postgres' | 'mysql'

/**
 * `free`; `reserved` from its allocation until the node reports success, then `in use`; `held` by
 * something that we did not write, so that nobody knows since when.
 */
export type EntryState = 'free' | 'reserved' | 'in use' | 'held'

/** One entry as an operator sees it. */
export type PoolEntryStatus = {
  /** As written in the pool. */
  readonly key: string
  /** How many entries it stands for: more than 1 for a range that is not expanded yet. */
  readonly size: number
  readonly state: EntryState
  /** `ID`, `ID/LABEL`, or whatever else stands there; null: free. */
  readonly holder: string | null
  /** When it was given out, ms since 1970; undefined where nobody noted it. */
  readonly since?: number
}

/** What is in a pool. */
export type PoolContents = {
  readonly kind: PoolKind
  readonly name: string
  /** In the order of allocation. */
  readonly entries: readonly PoolEntryStatus[]
  /** Sentences for the operator: a key that stands there twice, a holder that is no node id. */
  readonly warnings: readonly string[]
}

/** An entry to write: free, or with its holder. */
export type NewEntry = {
  readonly key: string
  /** `ID` or `ID/LABEL`; null: free. */
  readonly holder: string | null
  /** `reserved` when it is left out. */
  readonly state?: Exclude<EntryState, 'free'>
  /** When it was given out, ms since 1970; now when it is left out. Nobody knows it of `held`. */
  readonly since?: number
}

/** What adding entries came to. */
export type Addition = {
  readonly added: readonly string[]
  /** Were there already, just so: free if they were to be free, else with that holder. */
  readonly present: readonly string[]
  /** Are there with another holder. When there is one, nothing at all was added. */
  readonly conflicts: readonly { readonly key: string; readonly holder: string | null }[]
  /** Whether the pool itself was made. */
  readonly created: boolean
}

/** An entry that changed hands. */
export type ChangedEntry = {
  readonly pool: string
  readonly key: string
  /** Who had it. */
  readonly from: string
  /** Who has it now; null: free. */
  readonly to: string | null
}

export type ChangeOptions = {
  /** Tells what would be done, and does nothing. */
  readonly dryRun: boolean
}

export type AddOptions = ChangeOptions & {
  /** Entries that are there and free get the holder they come with: no conflict, but `added`. */
  readonly fill?: boolean
}

/**
 * What a person does with the pools of one place, beside running servers: under the same locks,
 * durable before it answers, each call whole or not at all within one pool.
 *
 * Every method throws ZtpError: ZTP_MISSING_POOL, ZTP_INVALID_POOL, ZTP_STORE_FAILED.
 * `freeNode` and `reassign` look at every pool before they change the first.
 */
export type PoolAdmin = {
  readonly kind: PoolKind
  /** The names of all pools. */
  pools(): Promise<readonly string[]>
  contents(pool: string): Promise<PoolContents>
  /** Appends entries in their order; a pool that does not exist is made. */
  add(pool: string, entries: readonly NewEntry[], options: AddOptions): Promise<Addition>
  /** Frees entries by their keys; those that are free already, or not in the pool, are left out. */
  free(
    pool: string,
    keys: readonly string[],
    options: ChangeOptions,
  ): Promise<readonly ChangedEntry[]>
  /** Frees all that a node holds, labels included, in every pool. */
  freeNode(nodeId: NodeId, options: ChangeOptions): Promise<readonly ChangedEntry[]>
  /**
   * Gives all that one node holds, labels included, in every pool, to another (replacement), for
   * whom it is reserved from then on.
   *
   * @throws ZtpError ZTP_DUPLICATE_HOLDER, with nothing changed, where the other has an entry of one
   *   of these pools under the same label already
   */
  reassign(from: NodeId, to: NodeId, options: ChangeOptions): Promise<readonly ChangedEntry[]>
  close(): Promise<void>
}
