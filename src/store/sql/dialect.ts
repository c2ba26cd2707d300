import type { RawBuilder } from 'kysely'
import type { Db, LedgerColumns } from './tables.ts'

/** What a row is known by, for the length of a transaction. */
export type RowId = string | number

/** A pool's table, looked at and found fit. */
export type PoolTable = {
  /** As the database spells it. */
  readonly name: string
  /** The most characters that a holder may have; undefined: any number. */
  readonly room: number | undefined
  /** How a free entry is written: null, unless the table forbids it. */
  readonly free: null | ''
  /** Whether the database sees to it that no key is there twice. */
  readonly uniqueKeys: boolean
  /** Whether keys are whole numbers; otherwise they are text, or each row says. */
  readonly integerKeys: boolean
  readonly words: EntryWords
}

/** How one table is spoken of: expressions over its columns. */
export type EntryWords = {
  /** To be asked for. */
  readonly id: RawBuilder<RowId>
  /** To be compared with an id. */
  readonly sameId: RawBuilder<RowId>
  /** The key as text, or as its bytes in UTF-8. */
  readonly key: RawBuilder<string | Uint8Array>
  /** `integer`, `blob`, or anything else for text. */
  readonly keyType: RawBuilder<string>
  readonly holder: RawBuilder<string | Uint8Array | null>
  /** True for all that are free, perhaps for others too. */
  readonly isFree: RawBuilder<boolean>
  idIn(ids: readonly RowId[]): RawBuilder<boolean>
  keyIn(keys: readonly string[]): RawBuilder<boolean>
  /** The order of allocation; undefined: the one in which the database hands out rows. */
  readonly order: RawBuilder<unknown> | undefined
}

/** An open connection. One thing at a time is done on it. */
export type Session = {
  readonly db: Db
  /** False once it broke, or leads to a file that is no longer the database. */
  isGood(): boolean
  /** Looks at the database, outside of any transaction that changes it. */
  read<T>(work: () => Promise<T>): Promise<T>
  /** Begins a transaction, and keeps other servers from the table until it ends. */
  begin(table: string | undefined): Promise<void>
  commit(): Promise<void>
  rollback(): Promise<void>
  /** Breaks it off at once: what is not committed is undone. */
  destroy(): void
  close(): Promise<void>
}

/**
 * What went wrong, by what is to be done: `lost`, the connection broke, and perhaps only after the
 * commit; `again`, nothing was changed and it may work now; `busy`, the same after a short while;
 * `data`, the database does not take one of the values; `refused`, it will not work.
 */
export type Trouble = 'lost' | 'again' | 'busy' | 'data' | 'refused'

/** What the three databases do each in its own way. */
export type SqlDialect = {
  /** Product and place for messages, without user and password. */
  readonly where: string
  /** Whether rows have locks: they must be asked for, and those of others passed over. */
  readonly locksRows: boolean
  /** @param create makes the database where it is only a file */
  open(create: boolean): Promise<Session>
  /** @throws ZtpError ZTP_MISSING_POOL, ZTP_INVALID_POOL with the reason */
  describe(db: Db, table: string): Promise<PoolTable>
  /** All tables with the columns of a pool, by the names that definitions would use. */
  tables(db: Db): Promise<readonly string[]>
  hasTable(db: Db, table: string): Promise<boolean>
  createPool(db: Db, table: string): Promise<void>
  createLedger(db: Db): Promise<void>
  /** Writes rows over what is there. */
  putLedger(db: Db, rows: readonly LedgerColumns[]): Promise<unknown>
  troubleOf(thrown: unknown): Trouble
  /** One sentence for the operator, which never has the password. */
  reasonOf(thrown: unknown): string
}
