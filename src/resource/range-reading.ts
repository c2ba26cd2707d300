/** Positions in a range, both included; from 0. */
export type Span = { readonly from: bigint; readonly to: bigint }

/** A key of a pool that stands for many entries. */
export type PoolRange = {
  /** How many; at least 1. */
  readonly size: bigint
  /** The entry at a position, as it is given out. */
  at(position: bigint): string
  /** A part of the range as a key, both ends included; of one entry, that entry. */
  part(span: Span): string
  /** Where this range has the entries of another key, an entry or a range, however written. */
  covers(key: string): Span | undefined
}

/** What a key is that looks like a range. */
export type RangeReading =
  | { readonly kind: 'range'; readonly range: PoolRange }
  /** `reason`: what is wrong and what would be right. */
  | { readonly kind: 'malformed'; readonly reason: string }
