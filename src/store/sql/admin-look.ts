import { holderKey } from '../../resource/holder.ts'
import type { PoolContents, PoolEntryStatus, PoolKind } from '../../resource/pool-admin.ts'
import { strangerIn } from '../../resource/pool-file.ts'
import { createPoolIndex } from '../../resource/pool-index.ts'
import type { Holdings } from '../pools/admin-plan.ts'
import type { Table } from './allocate.ts'
import type { LedgerNote } from './ledger.ts'
import { allRows, type EntryRow } from './rows.ts'

/** A pool's entries in the order of allocation: rows of one key are one, and held if one of them is. */
type Entries = ReadonlyMap<string, string | null>

function entriesOf(rows: readonly EntryRow[]): Entries {
  const entries = new Map<string, string | null>()
  for (const { key, holder } of rows) entries.set(key, entries.get(key) ?? holder)
  return entries
}

/** The pool as plans are made on it. */
export async function holdingsOf(table: Table): Promise<Holdings> {
  const notes = await table.ledger.read(table.db, table.pool.name)
  const entries = [...entriesOf(await allRows(table))]
  const place = { line: 1, column: 1 }
  const index = createPoolIndex(entries.map(([key, holder]) => ({ key, holder, place })))
  for (const { key, holder } of notes.values()) {
    if (holderKey(index.holderOf(key) ?? '') === holderKey(holder)) index.prefer(key)
  }
  return { ...index, entries: () => entries.map(([key, holder]) => ({ key, holder })) }
}

/** What is in the pool, for a person. */
export async function contentsOf(table: Table, kind: PoolKind): Promise<PoolContents> {
  const rows = await allRows(table)
  const notes = await table.ledger.read(table.db, table.pool.name)
  const entries = [...entriesOf(rows)].map(([key, holder]) => {
    return { key, size: 1, holder, ...statusOf(holder, notes.get(key)) }
  })
  const warnings = [
    ...twice(rows),
    ...entries.flatMap(({ key, holder }) => strangerIn(key, holder) ?? []),
  ]
  return { kind, name: table.name, entries, warnings }
}

function statusOf(
  holder: string | null,
  note: LedgerNote | undefined,
): Pick<PoolEntryStatus, 'state' | 'since'> {
  if (holder === null) return { state: 'free' }
  if (note === undefined || holderKey(note.holder) !== holderKey(holder)) return { state: 'held' }
  return { state: note.state, ...(note.since === null ? {} : { since: note.since }) }
}

function twice(rows: readonly EntryRow[]): readonly string[] {
  const seen = new Set<string>()
  const again = new Set<string>()
  for (const { key } of rows) (seen.has(key) ? again : seen).add(key)
  return [...again].map(
    (key) => `the key ${JSON.stringify(key)} stands in several rows: they count as one entry`,
  )
}
