import type { NewLine } from '../../resource/pool-append.ts'
import type { LedgerRow } from './ledger-row.ts'

/** What is to be written of one pool; nothing of it is on disk yet. */
export type Draft = {
  /** Entries that change in the file: outcomes that rest on one of them need the write. */
  readonly touched: Set<string>
  /** Entries that the file must get at its end. */
  readonly append: NewLine[]
  /** Rows for the ledger, by key. */
  readonly put: Map<string, LedgerRow>
  readonly forget: Set<string>
}

export function emptyDraft(): Draft {
  return { touched: new Set(), append: [], put: new Map(), forget: new Set() }
}

/** Frees an entry. */
export function draftFree(draft: Draft, key: string): void {
  draft.touched.add(key)
  draft.put.delete(key)
  draft.forget.add(key)
}

/** Notes who has an entry, whose holder the file has or gets. */
export function draftRow(draft: Draft, row: LedgerRow): void {
  draft.put.set(row.key, row)
  draft.forget.delete(row.key)
}
