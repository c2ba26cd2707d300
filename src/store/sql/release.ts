import { holderKey } from '../../resource/holder.ts'
import type { Outcomes, Table } from './allocate.ts'
import type { RowId } from './dialect.ts'
import { isAbout, type LedgerNote } from './ledger.ts'
import type { SqlChange } from './messages.ts'
import { type EntryRow, rowsWithKeys, setHolders } from './rows.ts'

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
    const theirs = mayFree(change, notes.get(change.key)) ? rows.filter(heldBy(change)) : []
    for (const { id, key } of theirs) {
      freed.set(id, null)
      forgotten.add(key)
    }
    outcomes.set(change, { kind: 'released', freed: theirs.length > 0 })
  }
  await setHolders(table, freed)
  await ledger.forget(db, pool.name, [...forgotten])
  return outcomes
}

function heldBy(change: Release): (row: EntryRow) => boolean {
  return ({ key, holder }) =>
    key === change.key && holder !== null && holderKey(holder) === holderKey(change.holder)
}

/** What a second request of the node was told must not be taken away by the first that failed. */
function mayFree({ kind, holder, since }: Release, note: LedgerNote | undefined): boolean {
  if (kind === 'free') return true
  if (!isAbout(note, holder) || note.repeated) return false
  return since === undefined || note.since === since
}
