import { holderKey } from '../../resource/holder.ts'
import type { PoolIndex } from '../../resource/pool-index.ts'
import type { LedgerRow } from './ledger-row.ts'

const HOUR_MS = 3_600_000
/** A holder that asks again is noted at most this often: each note is a write. */
const REFRESH_MS = HOUR_MS / 6

/** What a file that somebody changed means for what we gave out. */
export type Reconciled = {
  /** Entries to write back. */
  readonly restored: readonly LedgerRow[]
  /** Those that the file confirms, by key. */
  readonly standing: ReadonlyMap<string, LedgerRow>
  /** Rows of entries that the file has not got just now: holder → key. */
  readonly missing: ReadonlyMap<string, string>
  /** Keys whose row has lost its meaning: freed, or given to another, by the operator. */
  readonly forget: readonly string[]
}

/**
 * Tells an operator's will from an editor that saved an old copy (provisioning.md, Resources).
 *
 * An entry that is reserved, or whose holder was told within the hour, and that is free in the file
 * is restored; any other difference is the operator's will. A line that is gone may come back, free
 * in an old copy, or it is an editor's file half written: its row counts until then.
 *
 * @param now ms since 1970
 */
export function reconcile(index: PoolIndex, rows: readonly LedgerRow[], now: number): Reconciled {
  const restored: LedgerRow[] = []
  const standing = new Map<string, LedgerRow>()
  const missing = new Map<string, string>()
  const forget: string[] = []
  for (const row of rows) {
    const holder = index.holderOf(row.key)
    if (holder && holderKey(holder) === holderKey(row.holder)) standing.set(row.key, row)
    else if (holder || !isProtected(row, now)) forget.push(row.key)
    else if (holder === null) restored.push(row)
    else missing.set(holderKey(row.holder), row.key)
  }
  return { restored, standing, missing, forget }
}

function isProtected({ state, answeredAt }: LedgerRow, now: number): boolean {
  // A note may be older than the last answer by as much as notes are apart.
  return state === 'reserved' || now - answeredAt < HOUR_MS + REFRESH_MS
}

/** Whether a holder may be told of its entry without a note in the ledger. */
export function isNoted(row: LedgerRow | undefined, now: number): boolean {
  return row?.repeated === true && now - row.answeredAt < REFRESH_MS
}
