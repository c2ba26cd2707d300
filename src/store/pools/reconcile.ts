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
  /** Keys whose row has lost its meaning: freed, given to another, or removed by the operator. */
  readonly forget: readonly string[]
}

/**
 * Tells an operator's will from an editor that saved an old copy (provisioning.md, Resources).
 *
 * An entry that is reserved, or whose holder was told within the hour, and that is free in the file
 * is restored; any other difference is the operator's will.
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
  const forget: string[] = []
  visitRows((row) => {
    const holder = table.holderOf(row.key)
    if (holder === null && isProtected(row, now)) restored.push(row)
    else if (!holder || holderKey(holder) !== holderKey(row.holder)) forget.push(row.key)
  })
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
