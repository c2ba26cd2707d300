import type { NewLine } from '../../resource/pool-append.ts'
import type { LedgerRow } from './ledger-row.ts'

/** What is to be written of one pool; nothing of it is on disk yet. */
export type Draft = {
  /** Entry → new holder, null for free: what the file must get. */
  readonly changes: Map<string, string | null>
  /** Entries that the file must get at its end. */
  readonly append: NewLine[]
  /** Rows for the ledger, by key. */
  readonly put: Map<string, LedgerRow>
  readonly forget: Set<string>
}

export function emptyDraft(): Draft {
  return { changes: new Map(), append: [], put: new Map(), forget: new Set() }
}

/** Whether the file stays as it is. */
export function isFileUntouched({ changes, append }: Draft): boolean {
  return changes.size === 0 && append.length === 0
}

/** Frees an entry. */
export function draftFree(draft: Draft, key: string): void {
  draft.changes.set(key, null)
  draft.put.delete(key)
  draft.forget.add(key)
}

/** Notes who has an entry, whose holder the file has or gets. */
export function draftRow(draft: Draft, row: LedgerRow): void {
  draft.put.set(row.key, row)
  draft.forget.delete(row.key)
}
