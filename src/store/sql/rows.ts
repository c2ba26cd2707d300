import { sql } from 'kysely'
import { ZtpError } from '../../kernel/errors.ts'
import type { Value } from '../../kernel/value.ts'
import { isFreeText } from '../../resource/free.ts'
import { holderKey, holderSpellings } from '../../resource/holder.ts'
import { chunks } from './chunks.ts'
import type { PoolTable, RowId } from './dialect.ts'
import { type Db, entriesOf } from './tables.ts'
import { StaleRows } from './trouble.ts'

/** How many rows one statement changes to different holders: its cost grows with the square. */
const CASES = 250

/** One row of a pool's table. */
export type EntryRow = {
  readonly id: RowId
  readonly key: string
  /** What a definition gets: a whole number stays one. */
  readonly value: Value
  /** Null for a free one. */
  readonly holder: string | null
}

/** For the changes that follow in the transaction, or only to look at. */
export type Purpose = 'change' | 'look'

type Asking = { readonly db: Db; readonly pool: PoolTable; readonly locksRows: boolean }

/** The rows that these holders have, by what holders are compared by; the first one first. */
export async function rowsHeldBy(
  { db, pool }: Asking,
  holders: readonly string[],
): Promise<ReadonlyMap<string, readonly EntryRow[]>> {
  const found = new Map<string, EntryRow[]>()
  if (holders.length === 0) return found
  const wanted = new Set(holders.map(holderKey))
  const spellings = holders.flatMap(holderSpellings)
  const rows = await select(db, pool).where('node_id', 'in', spellings).execute()
  for (const row of rows.map((each) => entryRow(pool, each))) {
    // A database may compare more loosely than we do.
    const key = row.holder === null ? undefined : holderKey(row.holder)
    if (key === undefined || !wanted.has(key)) continue
    const others = found.get(key)
    if (others === undefined) found.set(key, [row])
    else others.push(row)
  }
  return found
}

/** All rows with these keys, held or free. */
export async function rowsWithKeys(
  { db, pool, locksRows }: Asking,
  keys: readonly string[],
  purpose: Purpose,
): Promise<readonly EntryRow[]> {
  const found: EntryRow[] = []
  for (const some of chunks(keys)) {
    const rows = await select(db, pool)
      .where(pool.words.keyIn(some))
      .$if(locksRows && purpose === 'change', (query) => query.forUpdate())
      .execute()
    found.push(...rows.map((each) => entryRow(pool, each)))
  }
  return found
}

/** What to do about rows that another program has locked; or not to lock any. */
export type Locking = 'pass by' | 'wait' | 'none'

/** The first rows that are free. */
export async function freeRows(
  { db, pool, locksRows }: Asking,
  most: number,
  locking: Locking,
): Promise<{ readonly rows: readonly EntryRow[]; readonly more: boolean }> {
  const rows = await select(db, pool)
    .where(pool.words.isFree)
    .where('key', 'is not', null)
    .limit(sql.lit(most))
    .$if(locksRows && locking === 'pass by', (query) => query.forUpdate().skipLocked())
    .$if(locksRows && locking === 'wait', (query) => query.forUpdate())
    .execute()
  const free = rows.map((each) => entryRow(pool, each)).filter(({ holder }) => holder === null)
  return { rows: free, more: rows.length === most }
}

/** Every row, in the order of allocation. */
export async function allRows({ db, pool }: Asking): Promise<readonly EntryRow[]> {
  const rows = await select(db, pool).where('key', 'is not', null).execute()
  return rows.map((each) => entryRow(pool, each))
}

export async function countRows({ db, pool }: Asking): Promise<number> {
  const count = sql<number | string>`count(*)`.as('count')
  const [row] = await db.selectFrom(entriesOf(pool.name)).select(count).execute()
  return Number(row?.count ?? 0)
}

/**
 * Writes holders, null for free.
 *
 * @throws StaleRows when one of the rows is no longer there
 */
export async function setHolders(
  { db, pool }: Asking,
  changes: ReadonlyMap<RowId, string | null>,
): Promise<void> {
  for (const some of chunks([...changes], CASES)) {
    const cases = some.map(([id, holder]) => sql`when ${id} then ${holder ?? pool.free}`)
    const { numUpdatedRows } = await db
      .updateTable(entriesOf(pool.name))
      .set({ node_id: sql<string>`case ${pool.words.sameId} ${sql.join(cases, sql` `)} end` })
      .where(pool.words.idIn(some.map(([id]) => id)))
      .executeTakeFirst()
    if (numUpdatedRows < some.length) throw new StaleRows()
  }
}

/** Writes new rows at the end, in their order. */
export async function insertRows(
  { db, pool }: Asking,
  entries: readonly Pick<EntryRow, 'key' | 'holder'>[],
): Promise<void> {
  for (const some of chunks(entries)) {
    const rows = some.map(({ key, holder }) => sql`(${holder ?? pool.free}, ${key})`)
    await sql`
      insert into ${sql.table(pool.name)} (node_id, ${sql.ref('key')})
      values ${sql.join(rows)}`.execute(db)
  }
}

function select(db: Db, { name, words }: PoolTable) {
  return db
    .selectFrom(entriesOf(name))
    .select([
      words.id.as('id'),
      words.key.as('text'),
      words.keyType.as('type'),
      words.holder.as('holder'),
    ])
    .$if(words.order !== undefined, (query) => query.orderBy(words.order ?? words.id))
}

type Selected = Pick<EntryRow, 'id'> & {
  readonly text: string | Uint8Array
  readonly type: string
  readonly holder: string | Uint8Array | null
}

function entryRow(pool: PoolTable, row: Selected): EntryRow {
  const { id, type } = row
  if (type === 'blob') {
    const reason = `table ${pool.name} has bytes for a key, ${shown(row.text)}: text or a whole number is expected`
    throw new ZtpError('ZTP_INVALID_POOL', reason)
  }
  const key = textOf(pool, 'key', row.text)
  const holder = row.holder === null ? null : textOf(pool, 'node_id', row.holder)
  const value = type === 'integer' ? wholeNumber(key) : key
  return { id, key, value, holder: isFreeText(holder, true) ? null : holder }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function textOf({ name }: PoolTable, column: string, text: string | Uint8Array): string {
  if (typeof text === 'string') return text
  try {
    return UTF8.decode(text)
  } catch {
    const reason = `column ${column} of table ${name} has a text that is not UTF-8, about ${shown(text)}: write it anew`
    throw new ZtpError('ZTP_INVALID_POOL', reason)
  }
}

/** For a message: what is no UTF-8 in it is replaced. */
function shown(text: string | Uint8Array): string {
  return JSON.stringify(typeof text === 'string' ? text : Buffer.from(text).toString('utf8'))
}

function wholeNumber(digits: string): number | bigint {
  const value = Number(digits)
  return Number.isSafeInteger(value) ? value : BigInt(digits)
}
