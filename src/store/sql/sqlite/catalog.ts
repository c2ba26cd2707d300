import { sql } from 'kysely'
import type { EntryWords, PoolTable } from '../dialect.ts'
import { demandTableName } from '../table-name.ts'
import type { Db } from '../tables.ts'
import { invalidPool, missingPool } from '../unfit.ts'

type Column = {
  readonly name: string
  readonly type: string
  readonly mandatory: number
  readonly primary: number
}

/**
 * Looks at a table before it is used as a pool. SQLite keeps in a column whatever it is given, but
 * turns it by the column's declared type first: `001122334455` in a column of numbers is another id.
 */
export async function describeSqlite(db: Db, table: string, where: string): Promise<PoolTable> {
  demandTableName(table, false)
  const { rows: found } = await sql<{ name: string; type: string; wr: number }>`
    select name, type, wr from pragma_table_list
    where schema = 'main' and lower(name) = ${table.toLowerCase()}`.execute(db)
  const [listed] = found
  if (listed === undefined) throw missingPool(table, where)
  const { name, type, wr } = listed
  if (type !== 'table') throw invalidPool(name, where, `it is a ${type}`)
  if (wr !== 0) throw invalidPool(name, where, 'it is WITHOUT ROWID')
  const { rows: columns } = await sql<Column>`
    select lower(name) as name, type, "notnull" as mandatory, pk as "primary"
    from pragma_table_info(${name})`.execute(db)
  const named = (wanted: string) => columns.find((each) => each.name === wanted)
  const [node, key] = [named('node_id'), named('key')]
  if (node === undefined || key === undefined) {
    throw invalidPool(name, where, 'it has not both of the columns node_id and key')
  }
  demandAffinities(name, where, node, key)
  return {
    name,
    room: undefined,
    free: node.mandatory === 0 ? null : '',
    uniqueKeys: isOnlyPrimary(key, columns) || (await hasUniqueIndex(db, name)),
    integerKeys: affinityOf(key.type) === 'integer',
    words: await wordsOf(db),
  }
}

function demandAffinities(table: string, where: string, node: Column, key: Column): void {
  const nodes = affinityOf(node.type)
  if (nodes === 'integer' || nodes === 'number') {
    const reason = `column node_id is ${node.type}, which turns node ids into numbers: declare it TEXT`
    throw invalidPool(table, where, reason)
  }
  if (affinityOf(key.type) === 'number') {
    const reason = `column key is ${key.type}, which rounds its values: declare it TEXT or INTEGER`
    throw invalidPool(table, where, reason)
  }
}

/** https://www.sqlite.org/datatype3.html, "Determination Of Column Affinity". */
export function affinityOf(declared: string): 'integer' | 'text' | 'none' | 'number' {
  const type = declared.toUpperCase()
  if (type.includes('INT')) return 'integer'
  if (/CHAR|CLOB|TEXT/.test(type)) return 'text'
  return type === '' || type.includes('BLOB') ? 'none' : 'number'
}

function isOnlyPrimary(key: Column, columns: readonly Column[]): boolean {
  return key.primary > 0 && columns.filter((each) => each.primary > 0).length === 1
}

async function hasUniqueIndex(db: Db, table: string): Promise<boolean> {
  const { rows } = await sql`
    select list.name from pragma_index_list(${table}) as list, pragma_index_info(list.name) as info
    where list."unique" = 1 and list.partial = 0
    group by list.name having count(*) = 1 and max(lower(info.name)) = 'key'`.execute(db)
  return rows.length > 0
}

/** The tables that have the columns of a pool. */
export async function sqlitePools(db: Db): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select list.name from pragma_table_list as list, pragma_table_info(list.name) as info
    where list.schema = 'main' and list.type = 'table'
      and lower(info.name) in ('node_id', 'key')
    group by list.name having count(*) = 2 order by list.name`.execute(db)
  return rows.map((each) => each.name)
}

export async function hasSqliteTable(db: Db, table: string): Promise<boolean> {
  const { rows } = await sql`
    select name from sqlite_master where type = 'table' and name = ${table}`.execute(db)
  return rows.length > 0
}

const KEY = sql<string>`cast(${sql.ref('key')} as text)`
const ROWID = sql<number>`_rowid_`

const TEXT_WORDS: EntryWords = {
  id: ROWID,
  sameId: ROWID,
  key: KEY,
  keyType: sql<string>`typeof(${sql.ref('key')})`,
  holder: sql<string | null>`cast(node_id as text)`,
  isFree: sql<boolean>`(node_id is null or node_id in ('', 'None', 'none'))`,
  idIn: (ids) => sql<boolean>`_rowid_ in (${sql.join(ids)})`,
  keyIn: (keys) => sql<boolean>`${KEY} in (${sql.join(keys)})`,
  order: ROWID,
}

/**
 * The same with texts as bytes: what a program wrote that is no UTF-8 would end the process, were the
 * library to make a text of it.
 */
const UTF8_WORDS: EntryWords = {
  ...TEXT_WORDS,
  key: sql<Uint8Array>`cast(${KEY} as blob)`,
  holder: sql<Uint8Array | null>`cast(cast(node_id as text) as blob)`,
}

/** SQLite itself makes valid texts of UTF-16. */
async function wordsOf(db: Db): Promise<EntryWords> {
  const { rows } = await sql<{ encoding: string }>`select encoding from pragma_encoding`.execute(db)
  return rows[0]?.encoding === 'UTF-8' ? UTF8_WORDS : TEXT_WORDS
}
