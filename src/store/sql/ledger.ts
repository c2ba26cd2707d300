import { holderKey, nodePart } from '../../resource/holder.ts'
import { chunks } from './chunks.ts'
import type { SqlDialect } from './dialect.ts'
import { type Db, LEDGER, type LedgerColumns } from './tables.ts'

/** What we know of one entry that somebody holds. */
export type LedgerNote = {
  readonly key: string
  readonly holder: string
  readonly since: number | null
  readonly repeated: boolean
  readonly state: 'reserved' | 'in use'
}

/**
 * Our table in the database of the pools; written in the transactions of the pools.
 *
 * The pools are the truth: a note counts only as long as its holder is the one in the pool.
 */
export type SqlLedger = {
  /** False where the database does not let us have the table: then nothing is known of anything. */
  readonly works: boolean
  /** @param keys all of the pool's when undefined */
  read(db: Db, pool: string, keys?: readonly string[]): Promise<ReadonlyMap<string, LedgerNote>>
  put(db: Db, pool: string, notes: readonly LedgerNote[]): Promise<void>
  /** Notes that their holders were told again. */
  repeat(db: Db, pool: string, keys: readonly string[]): Promise<void>
  forget(db: Db, pool: string, keys: readonly string[]): Promise<void>
  /** Marks what these nodes hold as in use, in every pool. */
  confirm(db: Db, nodes: readonly string[]): Promise<void>
}

/** The most characters of a key that is noted; of others nothing is known. */
const LONGEST_KEY = 255

export function createSqlLedger({ putLedger }: Pick<SqlDialect, 'putLedger'>): SqlLedger {
  return {
    works: true,
    async read(db, pool, keys) {
      const all = db.selectFrom(LEDGER).selectAll().where('pool', '=', pool)
      const queries = keys ? chunks(keys).map((some) => all.where('entry', 'in', some)) : [all]
      const notes = new Map<string, LedgerNote>()
      for (const query of queries) {
        for (const row of await query.execute()) notes.set(row.entry, noteOf(row))
      }
      return notes
    },
    async put(db, pool, notes) {
      const rows = notes.filter(({ key }) => isNotable(key)).map((note) => rowOf(pool, note))
      for (const some of chunks(rows)) await putLedger(db, some)
    },
    async repeat(db, pool, keys) {
      const query = db.updateTable(LEDGER).set({ repeated: 1 }).where('pool', '=', pool)
      for (const some of chunks(keys)) await query.where('entry', 'in', some).execute()
    },
    async forget(db, pool, keys) {
      const query = db.deleteFrom(LEDGER).where('pool', '=', pool)
      for (const some of chunks(keys)) await query.where('entry', 'in', some).execute()
    },
    async confirm(db, nodes) {
      const query = db.updateTable(LEDGER).set({ state: 'in use' }).where('state', '=', 'reserved')
      await query.where('node', 'in', nodes).execute()
    },
  }
}

/** For a database that has no such table. */
export const NO_LEDGER: SqlLedger = {
  works: false,
  read: async () => new Map(),
  async put() {},
  async repeat() {},
  async forget() {},
  async confirm() {},
}

/** MySQL takes keys that differ in trailing blanks for the same. */
function isNotable(key: string): boolean {
  return key.length <= LONGEST_KEY && !key.endsWith(' ')
}

function rowOf(pool: string, note: LedgerNote): LedgerColumns {
  const { key, holder, since, repeated, state } = note
  const node = holderKey(nodePart(holder))
  return { pool, entry: key, holder, node, since, repeated: repeated ? 1 : 0, state }
}

function noteOf({ entry, holder, since, repeated, state }: LedgerColumns): LedgerNote {
  return {
    key: entry,
    holder,
    since: since === null ? null : Number(since),
    repeated: Number(repeated) !== 0,
    state: state === 'in use' ? 'in use' : 'reserved',
  }
}

/** Whether a note is about this holder, and not about one that lost the entry since. */
export function isAbout(note: LedgerNote | undefined, holder: string): note is LedgerNote {
  return note !== undefined && holderKey(note.holder) === holderKey(holder)
}
