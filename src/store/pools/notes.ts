import { holderKey, nodePart } from '../../resource/holder.ts'
import { type Draft, draftRow } from './draft.ts'
import type { LedgerRow } from './ledger-row.ts'
import { type LoadedPool, remember } from './loaded-pool.ts'
import { isNoted } from './reconcile.ts'

/** Where rows come from. */
export type NoteParts = {
  readonly pool: LoadedPool
  /** An entry's row as the ledger has it now: other processes may have told its holder too. */
  readonly rowOf: (key: string) => LedgerRow | undefined
  /** All rows of the pool for a node. */
  readonly rowsOf: (node: string) => readonly LedgerRow[]
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Who was told what: read from the ledger, written to the draft. */
export type Notes = {
  /** Of several entries that the holder has, the first that we gave out, or else the first. */
  entryOf(holder: string): string | undefined
  /** The holder gets the entry. */
  noteGiven(key: string, holder: string): void
  /** The holder, who has the entry, is told again. */
  noteAgain(key: string, holder: string): void
  /** The last row of an entry, unless it is its former holder's, which says nothing. */
  latest(key: string, holder: string): LedgerRow | undefined
}

export function createNotes({ pool, rowOf, rowsOf, now }: NoteParts, draft: Draft): Notes {
  function latest(key: string, holder: string): LedgerRow | undefined {
    const row = draft.put.get(key) ?? rowOf(key)
    return row && isSame(row.holder, holder) ? row : undefined
  }

  function rowsOfHolder(holder: string): readonly LedgerRow[] {
    return rowsOf(holderKey(nodePart(holder))).filter((row) => isSame(row.holder, holder))
  }

  function note(row: LedgerRow): void {
    // What the holder had where a line is missing now: it has, or gets, another.
    for (const { key } of rowsOfHolder(row.holder)) {
      if (pool.table.holderOf(key) === undefined) draft.forget.add(key)
    }
    remember(pool, row)
    draftRow(draft, row)
  }

  return {
    latest,
    entryOf(holder) {
      const first = pool.table.keyOf(holder)
      if (first === undefined || pool.noted.has(first) || latest(first, holder)) return first
      const given = rowsOfHolder(holder).find(({ key }) =>
        isSame(pool.table.holderOf(key) ?? '', holder),
      )
      if (given !== undefined) pool.table.prefer(given.key)
      return given?.key ?? first
    },
    noteGiven(key, holder) {
      const times = { answeredAt: now, givenAt: now }
      note({ key, holder, ...times, repeated: false, state: 'reserved' })
    },
    noteAgain(key, holder) {
      if (isNoted(pool.noted.get(key), now)) return
      const before = latest(key, holder)
      const { state = 'reserved', givenAt } = before ?? {}
      if (before !== undefined && isNoted(before, now)) remember(pool, before)
      else note({ key, holder, answeredAt: now, givenAt, repeated: true, state })
    },
  }
}

function isSame(one: string, other: string): boolean {
  return holderKey(one) === holderKey(other)
}
