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

/** Adds what is missing, or nothing when somebody else has one of them. Within a transaction. */
export async function addEntries(
  table: Table,
  entries: readonly NewEntry[],
): Promise<Omit<Addition, 'created'>> {
  const { db, pool, ledger } = table
  const { added, present, conflicts } = planAddition(await holdingsOf(table), entries)
  for (const { key, holder } of added) {
    demandRoom(pool, holder)
    demandKey(pool, key)
  }
  await insertRows(table, added)
  const held = added.flatMap(({ holder, ...rest }) =>
    holder === null ? [] : [{ ...rest, holder }],
  )
  await ledger.put(db, pool.name, held.map(noteOf))
  return { added: added.map((each) => each.key), present, conflicts }
}

/** Whoever has an entry from a person's hand is taken to know of it. */
function noteOf(entry: NewEntry & { readonly holder: string }): LedgerNote {
  const { key, holder, since = null, state = 'reserved' } = entry
  return { key, holder, since, state, repeated: true }
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
