import type { IndexMemory } from './lines-index.ts'

/** An entry as it stands in the pool now; a range that is not expanded is one. */
export type TableEntry = {
  /** As written. */
  readonly key: string
  /** `ID`, `ID/LABEL`, or whatever else stands there; null: free. */
  readonly holder: string | null
}

/** A pool in memory: who holds what, what is free, and what is to be written. */
export type PoolTable = {
  /** How many entries. */
  readonly size: number
  /** In the file's order, which is the order of allocation. */
  entries(): Iterable<TableEntry>
  /** @returns null for a free entry, undefined for one that the pool does not have */
  holderOf(key: string): string | null | undefined
  /** The entry that somebody holds: the first in file order unless another was preferred. */
  keyOf(holder: string): string | undefined
  /** Of several entries that one holder has, the one to answer with. */
  prefer(key: string): void
  /**
   * The first free entry. A free range in its way is expanded first.
   *
   * @returns undefined when none is left
   * @throws ZtpError ZTP_INVALID_POOL, with the place, for a range that is backwards or malformed,
   *   or written in a way that it cannot be expanded
   */
  firstFree(): string | undefined
  /**
   * Gives entries that free ranges have lines of their own, all else of the ranges left as ranges.
   *
   * @returns those of the keys for which it was done
   */
  carve(keys: readonly string[]): readonly string[]
  /** @throws never; a key that the pool does not have is left out */
  set(key: string, holder: string | null): void
  /** Whether the file must be written. */
  isChanged(): boolean
  /**
   * The file with the changes made, and every other byte as it was.
   *
   * @throws ZtpError ZTP_INVALID_POOL when the way a value is written does not let it be changed
   */
  content(): Iterable<Uint8Array>
  /** The same with every entry free. */
  clearedContent(): Iterable<Uint8Array>
  /** The content is what the file is now. */
  saved(): void
  /** Whether so much has changed that the file is better read anew. */
  isWorn(): boolean
  /** What another table may use when this one is no more. */
  readonly memory: IndexMemory
}
