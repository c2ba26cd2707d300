import { holderKey } from '../../resource/holder.ts'
import type { PoolTable } from '../../resource/pool-table.ts'
import type { LedgerRow } from './ledger-row.ts'

const HOUR_MS = 3_600_000
/** A holder that asks again is noted at most this often: each note is a write. */
const REFRESH_MS = HOUR_MS / 6

/** What a file that somebody changed means for what we gave out. */
export type Reconciled = {
  /** Entries to write back. */
  readonly restored: readonly LedgerRow[]
  /** Keys whose row has lost its meaning: freed, or given to another, by the operator. */
  readonly forget: readonly string[]
}

/**
 * Tells an operator's will from an editor that saved an old copy (provisioning.md, Resources).
 *
 * An entry that is reserved, or whose holder was told within the hour, and that is free in the file
 * is restored; so is one that a free range of the file has, since the range was expanded when the
 * entry was given out. Any other difference is the operator's will. A line that is gone may come
 * back, free in an old copy, or it is an editor's file half written: its row counts until then.
 *
 * @param visitRows shows what we gave out
 * @param now ms since 1970
 */
export function reconcile(
  table: PoolTable,
  visitRows: (visit: (row: LedgerRow) => void) => void,
  now: number,
): Reconciled {
  const restored: LedgerRow[] = []
  const missing: LedgerRow[] = []
  const forget: string[] = []
  visitRows((row) => {
    const holder = table.holderOf(row.key)
    if (holder && holderKey(holder) === holderKey(row.holder)) return
    if (holder || !isProtected(row, now)) forget.push(row.key)
    else if (holder === null) restored.push(row)
    else missing.push(row)
  })
  const carved = new Set(table.carve(missing.map((row) => row.key)))
  restored.push(...missing.filter((row) => carved.has(row.key)))
  return { restored, forget }
}

function isProtected({ state, answeredAt }: LedgerRow, now: number): boolean {
  // A note may be older than the last answer by as much as notes are apart.
  return state === 'reserved' || now - answeredAt < HOUR_MS + REFRESH_MS
}

/** Whether a holder may be told of its entry without a note in the ledger. */
export function isNoted(row: LedgerRow | undefined, now: number): boolean {
  return row?.repeated === true && now - row.answeredAt < REFRESH_MS
}
