import { type AliasedRawBuilder, type Kysely, sql } from 'kysely'

/** What a pool's table has for us; what else it has stays as it is. */
export type EntryColumns = { readonly node_id: string | null; readonly key: string }

/** Our own table beside the pools: who was told what, and when. */
export type LedgerColumns = {
  /** The pool's table as the database spells it. */
  readonly pool: string
  /** The entry's key as text. */
  readonly entry: string
  /** `ID` or `ID/LABEL`. */
  readonly holder: string
  /** The node's part of the holder, as node ids are compared. */
  readonly node: string
  /** When it was given out, ms since 1970; null where nobody noted it. */
  readonly since: number | null
  /** 1 once its holder was told of it more than once. */
  readonly repeated: number
  /** `reserved` or `in use`. */
  readonly state: string
}

export const LEDGER = 'ztps_ledger'

export type Tables = { readonly [LEDGER]: LedgerColumns }

/** A connection, as queries are built on it. */
export type Db = Kysely<Tables>

/** A table of which only the name is known, quoted. In a query it is called `entry`. */
export function entriesOf(table: string): AliasedRawBuilder<EntryColumns, 'entry'> {
  return sql<EntryColumns>`${sql.table(table)}`.as('entry')
}
