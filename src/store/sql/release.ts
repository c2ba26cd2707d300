import { holderKey } from '../../resource/holder.ts'
import type { Outcomes, Table } from './allocate.ts'
import type { RowId } from './dialect.ts'
import { isAbout, type LedgerNote } from './ledger.ts'
import type { SqlChange } from './messages.ts'
import { rowsWithKeys, setHolders } from './rows.ts'

export type Release = Exclude<SqlChange, { kind: 'allocate' }>

/** Frees what its holder still has. Within a transaction. */
export async function release(table: Table, asked: readonly Release[]): Promise<Outcomes> {
  const { db, pool, ledger } = table
  const keys = [...new Set(asked.map((each) => each.key))]
  const rows = await rowsWithKeys(table, keys, 'change')
  const notes = await ledger.read(db, pool.name, keys)
  const freed = new Map<RowId, null>()
  const forgotten = new Set<string>()
  const outcomes: Outcomes = new Map()
  for (const change of asked) {
    outcomes.set(change, { kind: 'done' })
    if (!mayFree(change, notes.get(change.key))) continue
    for (const { id, key, holder } of rows) {
      if (key !== change.key || holder === null) continue
      if (holderKey(holder) !== holderKey(change.holder)) continue
      freed.set(id, null)
      forgotten.add(key)
    }
  }
  await setHolders(table, freed)
  await ledger.forget(db, pool.name, [...forgotten])
  return outcomes
}

/** What a second request of the node was told must not be taken away by the first that failed. */
function mayFree({ kind, holder, since }: Release, note: LedgerNote | undefined): boolean {
  if (kind === 'free') return true
  if (!isAbout(note, holder) || note.repeated) return false
  return since === undefined || note.since === since
}
