import { ZtpError } from '../../kernel/errors.ts'
import { holderKey } from '../../resource/holder.ts'
import { failureOf } from '../../thread/protocol.ts'
import type { PoolTable, RowId } from './dialect.ts'
import { type FreeEntry, freeEntries } from './free-entries.ts'
import { isAbout, type LedgerNote, type SqlLedger } from './ledger.ts'
import type { SqlChange, SqlOutcome } from './messages.ts'
import { countRows, type EntryRow, rowsHeldBy, setHolders } from './rows.ts'
import type { Db } from './tables.ts'
import { tooLong } from './unfit.ts'

/** What a batch is served on: one pool, on one connection. */
export type Table = {
  readonly db: Db
  readonly pool: PoolTable
  readonly locksRows: boolean
  readonly ledger: SqlLedger
  /** The pool as definitions name it. */
  readonly name: string
  readonly now: number
}

export type Allocate = Extract<SqlChange, { kind: 'allocate' }>
export type Outcomes = Map<SqlChange, SqlOutcome>

/** All that one holder asked for in a batch: the same entry, each time. */
type Wish = { readonly holder: string; readonly changes: readonly Allocate[] }

/**
 * Answers those who have their entry and were told of it more than once: nothing is to be written,
 * so it needs no transaction.
 */
export async function peek(table: Table, asked: readonly Allocate[]): Promise<Outcomes> {
  const { outcomes, held } = await look(table, asked)
  for (const { wish, row, note } of held) {
    if (table.ledger.works && !(isAbout(note, wish.holder) && note.repeated)) continue
    answer(outcomes, wish, row, false)
  }
  return outcomes
}

/** Gives each holder the entry it has, or the first free one. Within a transaction. */
export async function allocate(table: Table, asked: readonly Allocate[]): Promise<Outcomes> {
  const { outcomes, held, missing } = await look(table, asked)
  for (const { wish, row } of held) answer(outcomes, wish, row, false)
  const fresh = await take(table, missing, outcomes)
  await note(table, held, fresh)
  return outcomes
}

type Held = {
  readonly wish: Wish
  readonly row: EntryRow
  readonly note: LedgerNote | undefined
}

/** Who has an entry already. */
async function look(table: Table, asked: readonly Allocate[]) {
  const { db, pool, ledger } = table
  const wishes = wishesOf(asked)
  const found = await rowsHeldBy(
    table,
    [...wishes.values()].map(({ holder }) => holder),
  )
  const keys = [...found.values()].flat().map((row) => row.key)
  const notes = await ledger.read(db, pool.name, keys)
  const held: Held[] = []
  const missing: Wish[] = []
  for (const [key, wish] of wishes) {
    const rows = found.get(key) ?? []
    const noted = (row: EntryRow) => isAbout(notes.get(row.key), wish.holder)
    // Of several entries that a holder has, the one that it was told of.
    const row = rows.find(noted) ?? rows[0]
    if (row === undefined) missing.push(wish)
    else held.push({ wish, row, note: notes.get(row.key) })
  }
  const outcomes: Outcomes = new Map()
  return { outcomes, held, missing }
}

function wishesOf(asked: readonly Allocate[]): ReadonlyMap<string, Wish> {
  const wishes = new Map<string, { holder: string; changes: Allocate[] }>()
  for (const change of asked) {
    const key = holderKey(change.holder)
    const known = wishes.get(key)
    if (known === undefined) wishes.set(key, { holder: change.holder, changes: [change] })
    else known.changes.push(change)
  }
  return wishes
}

/** Of the changes of one holder the first is the one that took the entry. */
function answer(
  outcomes: Outcomes,
  { changes }: Wish,
  { key, value }: Pick<EntryRow, 'key' | 'value'>,
  fresh: boolean,
): void {
  changes.forEach((change, at) => {
    outcomes.set(change, { kind: 'allocated', key, value, fresh: fresh && at === 0 })
  })
}

function refuse(outcomes: Outcomes, { changes }: Wish, reason: ZtpError): void {
  for (const change of changes) {
    outcomes.set(change, { kind: 'failed', failure: failureOf(reason) })
  }
}

type Taken = { readonly wish: Wish; readonly entry: FreeEntry }

async function take(
  table: Table,
  missing: readonly Wish[],
  outcomes: Outcomes,
): Promise<readonly Taken[]> {
  const wishes = missing.filter((wish) => fits(table, wish, outcomes))
  const entries = await freeEntries(table, wishes.length)
  const taken = entries.flatMap((entry, at) => {
    const wish = wishes[at]
    return wish === undefined ? [] : [{ wish, entry }]
  })
  const changes = new Map<RowId, string>()
  for (const { wish, entry } of taken) {
    for (const id of entry.ids) changes.set(id, wish.holder)
    answer(outcomes, wish, entry, true)
  }
  await setHolders(table, changes)
  const left = wishes.slice(taken.length)
  const size = left.length > 0 ? await countRows(table) : 0
  for (const wish of left) refuse(outcomes, wish, exhausted(table, size, wish))
  return taken
}

function exhausted({ name }: Table, size: number, { holder }: Wish): ZtpError {
  const entries = `${size} ${size === 1 ? 'entry' : 'entries'}`
  const reason = `no resource free in '${name}': none of its ${entries} is left for ${holder}`
  return new ZtpError('ZTP_POOL_EXHAUSTED', reason)
}

function fits({ pool }: Table, wish: Wish, outcomes: Outcomes): boolean {
  const reason = tooLong(pool, wish.holder)
  if (reason !== undefined) refuse(outcomes, wish, reason)
  return reason === undefined
}

async function note(table: Table, held: readonly Held[], fresh: readonly Taken[]): Promise<void> {
  const { db, pool, ledger, now } = table
  const state = 'reserved' as const
  const known = held.filter(({ note, wish }) => isAbout(note, wish.holder))
  const strangers = held.filter(({ note, wish }) => !isAbout(note, wish.holder))
  const notes: readonly LedgerNote[] = [
    ...fresh.map(({ wish: { holder, changes }, entry: { key } }) => {
      return { key, holder, since: now, repeated: changes.length > 1, state }
    }),
    ...strangers.map(({ wish: { holder }, row: { key } }) => {
      return { key, holder, since: null, repeated: true, state }
    }),
  ]
  await ledger.put(db, pool.name, notes)
  const again = known.filter(({ note }) => note?.repeated === false)
  await ledger.repeat(
    db,
    pool.name,
    again.map(({ row }) => row.key),
  )
}
