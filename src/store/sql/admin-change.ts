import { ZtpError } from '../../kernel/errors.ts'
import type { Addition, ChangedEntry, NewEntry } from '../../resource/pool-admin.ts'
import { type Plan, planAddition } from '../pools/admin-plan.ts'
import { holdingsOf } from './admin-look.ts'
import type { Table } from './allocate.ts'
import type { PoolTable, RowId } from './dialect.ts'
import type { LedgerNote } from './ledger.ts'
import { insertRows, rowsWithKeys, setHolders } from './rows.ts'
import { tooLong } from './unfit.ts'

/** Does what a plan says. Within a transaction. */
export async function carryOut(table: Table, plan: Plan): Promise<readonly ChangedEntry[]> {
  const { db, pool, ledger, name, now } = table
  const changed = plan({ name, table: await holdingsOf(table) })
  const heirs = new Map(changed.map((each) => [each.key, each.to]))
  for (const to of heirs.values()) demandRoom(pool, to)
  const changes = new Map<RowId, string | null>()
  for (const { id, key, holder } of await rowsWithKeys(table, [...heirs.keys()], 'change')) {
    if (holder !== null) changes.set(id, heirs.get(key) ?? null)
  }
  await setHolders(table, changes)
  const freed = changed.filter((each) => each.to === null)
  await ledger.forget(
    db,
    pool.name,
    freed.map((each) => each.key),
  )
  const given = changed.flatMap(({ key, to }) =>
    to === null ? [] : [noteOf({ key, holder: to, since: now })],
  )
  await ledger.put(db, pool.name, given)
  return changed
}

/**
 * Adds what is missing, or nothing when somebody else has one of them. Within a transaction.
 *
 * @param fill whether entries that are there and free get the holder they come with
 */
export async function addEntries(
  table: Table,
  entries: readonly NewEntry[],
  fill: boolean,
): Promise<Omit<Addition, 'created'>> {
  const plan = planAddition(await holdingsOf(table), entries, fill)
  const { added, filled, present, conflicts } = plan
  for (const { key, holder } of [...added, ...filled]) {
    demandRoom(table.pool, holder)
    demandKey(table.pool, key)
  }
  await insertRows(table, added)
  await fillRows(table, filled)
  await note(table, [...added, ...filled])
  return { added: [...added, ...filled].map((each) => each.key), present, conflicts }
}

/** Of several rows with one key, one gets the holder. */
async function fillRows(table: Table, entries: readonly NewEntry[]): Promise<void> {
  const holders = new Map(entries.map(({ key, holder }) => [key, holder]))
  const changes = new Map<RowId, string | null>()
  for (const { id, key } of await rowsWithKeys(table, [...holders.keys()], 'change')) {
    const holder = holders.get(key)
    if (holder !== undefined) changes.set(id, holder)
    holders.delete(key)
  }
  await setHolders(table, changes)
}

/** Of what a person holds nobody knows since when: there is no note of it. */
async function note({ db, pool, ledger }: Table, entries: readonly NewEntry[]): Promise<void> {
  const notes: LedgerNote[] = []
  const unknown: string[] = []
  for (const { key, holder, state = 'reserved', since } of entries) {
    if (holder === null || state === 'held') unknown.push(key)
    else notes.push(noteOf({ key, holder, since, state }))
  }
  await ledger.forget(db, pool.name, unknown)
  await ledger.put(db, pool.name, notes)
}

type Noted = Pick<LedgerNote, 'key' | 'holder'> & {
  readonly since?: number | undefined
  readonly state?: LedgerNote['state']
}

/** Whoever has an entry from a person's hand is taken to know of it. */
function noteOf({ key, holder, since, state = 'reserved' }: Noted): LedgerNote {
  return { key, holder, since: since ?? null, state, repeated: true }
}

function demandRoom(pool: PoolTable, holder: string | null): void {
  const reason = holder === null ? undefined : tooLong(pool, holder)
  if (reason !== undefined) throw reason
}

/** `007` in a column of numbers would be 7, which is another key. */
function demandKey({ name, integerKeys }: PoolTable, key: string): void {
  if (!integerKeys || /^(0|-?[1-9]\d{0,18})$/.test(key)) return
  const reason = `column key of table ${name} takes whole numbers, and ${JSON.stringify(key)} is none`
  throw new ZtpError('ZTP_INVALID_POOL', reason)
}
