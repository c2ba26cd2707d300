import { type RawBuilder, sql } from 'kysely'
import type { EntryWords, PoolTable } from '../dialect.ts'
import { demandTableName } from '../table-name.ts'
import type { Db } from '../tables.ts'
import { invalidPool, missingPool } from '../unfit.ts'

type Column = {
  readonly name: string
  readonly type: string
  readonly length: number | string | null
  readonly nullable: string
}

type Listed = { readonly name: string; readonly kind: string; readonly engine: string | null }

/** Looks at a table before it is used as a pool. */
export async function describeMysql(db: Db, table: string, where: string): Promise<PoolTable> {
  demandTableName(table, false)
  const { rows: tables } = await sql<Listed>`
    select table_name as name, table_type as kind, engine as engine
    from information_schema.tables
    where table_schema = database() and table_name = ${table}`.execute(db)
  const [listed] = tables
  if (listed === undefined) throw missingPool(table, where)
  const { name, kind, engine } = listed
  if (kind !== 'BASE TABLE') throw invalidPool(name, where, `it is a ${kind}`)
  if (engine?.toLowerCase() !== 'innodb') {
    throw invalidPool(
      name,
      where,
      `its engine is ${engine}, which has no transactions: make it InnoDB`,
    )
  }
  const { rows: columns } = await sql<Column>`
    select lower(column_name) as name, data_type as type, character_maximum_length as length,
      is_nullable as nullable
    from information_schema.columns
    where table_schema = database() and table_name = ${name}`.execute(db)
  const named = (wanted: string) => columns.find((each) => each.name === wanted)
  const [node, key] = [named('node_id'), named('key')]
  if (node === undefined || key === undefined) {
    throw invalidPool(name, where, 'it has not both of the columns node_id and key')
  }
  demandTypes(name, where, node, key)
  const integerKeys = /int$/.test(key.type)
  return {
    name,
    room: Number(node.length),
    free: node.nullable === 'YES' ? null : '',
    uniqueKeys: await hasUniqueKeys(db, name),
    integerKeys,
    words: integerKeys ? INTEGER_WORDS : TEXT_WORDS,
  }
}

const TEXTS = /^(char|varchar|(tiny|medium|long)?text)$/
const KEYS =
  /^(char|varchar|(tiny|medium|long)?text|(tiny|small|medium|big)?int|enum|inet[46]|uuid|decimal|date|datetime)$/

function demandTypes(table: string, where: string, node: Column, key: Column): void {
  if (!TEXTS.test(node.type)) {
    throw invalidPool(table, where, `column node_id is ${node.type}: declare it varchar(255)`)
  }
  if (!KEYS.test(key.type)) {
    throw invalidPool(table, where, `column key is ${key.type}: declare it varchar(255) or integer`)
  }
}

/** A unique index of the whole column and of no other. */
async function hasUniqueKeys(db: Db, table: string): Promise<boolean> {
  const { rows } = await sql`
    select index_name as name from information_schema.statistics
    where table_schema = database() and table_name = ${table} and non_unique = 0
    group by index_name
    having count(*) = 1 and max(lower(column_name)) = 'key' and max(coalesce(sub_part, 0)) = 0`.execute(
    db,
  )
  return rows.length > 0
}

export async function mysqlPools(db: Db): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select t.table_name as name from information_schema.tables t
      join information_schema.columns c
        on c.table_schema = t.table_schema and c.table_name = t.table_name
    where t.table_schema = database() and t.table_type = 'BASE TABLE'
      and lower(c.column_name) in ('node_id', 'key')
    group by t.table_name having count(*) = 2 order by t.table_name`.execute(db)
  return rows.map((each) => each.name)
}

export async function hasMysqlTable(db: Db, table: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 as found from information_schema.tables
    where table_schema = database() and table_name = ${table}`.execute(db)
  return rows.length > 0
}

const COLUMN = sql.ref<string>('key')
const TEXT = sql<string>`convert(${COLUMN} using utf8mb4)`
/** Byte by byte: the usual collations know neither case nor trailing blanks. */
const KEY = exactly(COLUMN)

function exactly(column: RawBuilder<string>): RawBuilder<string> {
  return sql<string>`binary convert(${column} using utf8mb4)`
}

const COMMON = {
  holder: sql<string | null>`convert(node_id using utf8mb4)`,
  isFree: sql<boolean>`(node_id is null
    or ${exactly(sql.ref<string>('node_id'))} in ('', 'None', 'none'))`,
  // InnoDB hands out rows in the order of the primary key, or else of their insertion.
  order: undefined,
} as const

const TEXT_WORDS: EntryWords = {
  ...COMMON,
  id: TEXT,
  sameId: KEY,
  key: TEXT,
  keyType: sql<string>`'text'`,
  // The first condition is for the index, the second is what is meant.
  idIn: (ids) => sql<boolean>`(${COLUMN} in (${sql.join(ids)}) and ${KEY} in (${sql.join(ids)}))`,
  keyIn: (keys) =>
    sql<boolean>`(${COLUMN} in (${sql.join(keys)}) and ${KEY} in (${sql.join(keys)}))`,
}

const INTEGER_WORDS: EntryWords = {
  ...COMMON,
  id: COLUMN,
  sameId: COLUMN,
  key: TEXT,
  keyType: sql<string>`'integer'`,
  idIn: (ids) => sql<boolean>`${COLUMN} in (${sql.join(ids)})`,
  keyIn: (keys) => sql<boolean>`${KEY} in (${sql.join(keys)})`,
}
