import { type RawBuilder, sql } from 'kysely'
import type { EntryWords, PoolTable, RowId } from '../dialect.ts'
import { demandTableName } from '../table-name.ts'
import type { Db } from '../tables.ts'
import { invalidPool, missingPool } from '../unfit.ts'

type Column = {
  readonly table: string
  readonly kind: string
  readonly name: string | null
  readonly type: string
  readonly category: string
  /** Length + 4 for text that has one, -1 without. */
  readonly modifier: string
  readonly mandatory: string
  readonly unique: string
}

/** Looks at a table before it is used as a pool. An unqualified name is one of the search path. */
export async function describePostgres(db: Db, table: string, where: string): Promise<PoolTable> {
  demandTableName(table, true)
  const { rows } = await columnsOf(quoted(table)).execute(db)
  const [first] = rows
  if (first === undefined) throw missingPool(table, where)
  if (first.kind !== 'r') throw invalidPool(table, where, 'it is a view, or in parts')
  const named = (wanted: string) => rows.find((each) => each.name === wanted)
  const [node, key] = [named('node_id'), named('key')]
  if (node === undefined || key === undefined) {
    throw invalidPool(table, where, 'it has not both of the columns node_id and key')
  }
  if (node.category !== 'S') {
    throw invalidPool(table, where, `column node_id is ${node.type}: declare it text`)
  }
  if (!isKeyType(key)) {
    throw invalidPool(table, where, `column key is ${key.type}: declare it text or integer`)
  }
  const integerKeys = INTEGERS.has(key.type)
  return {
    name: first.table,
    room: node.modifier === '-1' ? undefined : Number(node.modifier) - 4,
    free: node.mandatory === 'true' ? '' : null,
    uniqueKeys: key.unique === 'true',
    integerKeys,
    words: wordsOf(key, integerKeys),
  }
}

/** `schema.table` as the database itself would write it, however odd the search path. */
function quoted(table: string): string {
  return table
    .split('.')
    .map((part) => `"${part}"`)
    .join('.')
}

function columnsOf(table: string): RawBuilder<Column> {
  return sql<Column>`
    select n.nspname || '.' || c.relname as "table", c.relkind::text as kind, a.attname::text as name,
      coalesce(nullif(t.typbasetype, 0), t.oid)::regtype::text as type,
      t.typcategory::text as category,
      (case when t.typtype = 'd' then t.typtypmod else a.atttypmod end)::text as modifier,
      a.attnotnull::text as mandatory,
      exists (select from pg_index i where i.indrelid = c.oid and i.indisunique and i.indisvalid
        and i.indpred is null and i.indnkeyatts = 1 and i.indkey[0] = a.attnum)::text as "unique"
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
      left join pg_attribute a on a.attrelid = c.oid and a.attname in ('node_id', 'key')
        and not a.attisdropped
      left join pg_type t on t.oid = a.atttypid
    where c.oid = to_regclass(${table})`
}

const INTEGERS: ReadonlySet<string> = new Set(['smallint', 'integer', 'bigint'])
const OTHERS: ReadonlySet<string> = new Set(['numeric', 'uuid', 'macaddr', 'macaddr8'])

/** Text, whole numbers, addresses, dates and words: what has one way to be written. */
function isKeyType({ type, category }: Column): boolean {
  return 'SIDE'.includes(category) || INTEGERS.has(type) || OTHERS.has(type)
}

function wordsOf({ type }: Column, integerKeys: boolean): EntryWords {
  const column = sql.ref<string>('key')
  // The text of a column of fixed length comes without the blanks that fill it.
  const key = type === 'character' ? sql<string>`${column}::text` : column
  return {
    id: CTID,
    sameId: CTID,
    key,
    keyType: sql<string>`${sql.lit(integerKeys ? 'integer' : 'text')}`,
    holder: sql<string | null>`node_id::text`,
    isFree: sql<boolean>`(node_id is null or node_id in ('', 'None', 'none'))`,
    idIn: (ids) => sql<boolean>`ctid in (${sql.join(ids)})`,
    keyIn: (keys) => sql<boolean>`${key} in (${sql.join(keys)})`,
    order: CTID,
  }
}

const CTID: RawBuilder<RowId> = sql<string>`ctid`

/** The tables that have the columns of a pool: those of the search path without their schema. */
export async function postgresPools(db: Db): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select case when pg_table_is_visible(c.oid) then c.relname::text
      else n.nspname || '.' || c.relname end as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname !~ '^(pg_|information_schema$)' and 2 = (
      select count(*) from pg_attribute a
      where a.attrelid = c.oid and not a.attisdropped and a.attname in ('node_id', 'key'))
    order by 1`.execute(db)
  return rows.map((each) => each.name)
}

/** Whether our table is there, and ours to write. */
export async function hasPostgresTable(db: Db, table: string): Promise<boolean> {
  const rights = ['select', 'insert', 'update', 'delete'].map((right) => {
    return sql`has_table_privilege(to_regclass(${table}), ${right})`
  })
  const { rows } = await sql<{ usable: string | null }>`
    select (${sql.join(rights, sql` and `)})::text as usable`.execute(db)
  return rows[0]?.usable === 'true'
}
