import { holderKey } from '../../resource/holder.ts'
import type { NewEntry, PoolEntryStatus } from '../../resource/pool-admin.ts'
import type { PresentEntry } from './add-entries.ts'
import type { PoolView } from './pool-view.ts'

/** Why an entry cannot be imported: `ENTRY REASON` is a sentence. */
export type ImportConflict = { readonly entry: string; readonly reason: string }

/** What is to be imported, beside what the pool has. */
export type Sorted = {
  /** The pool does not have them. */
  readonly fresh: readonly NewEntry[]
  /** Are free in the pool, and get their holder. */
  readonly given: readonly NewEntry[]
  /** Are in the pool already, just so. */
  readonly present: readonly string[]
  /** Are to be free, and held in the pool: they stay with their holder. */
  readonly kept: readonly PresentEntry[]
  readonly conflicts: readonly ImportConflict[]
}

type Verdict = keyof Sorted

/** Compares entries with what a pool has. */
export function sortOut(wanted: readonly NewEntry[], view: PoolView): Sorted {
  const rival = rivalsIn(wanted, view)
  const sorted = {
    fresh: [] as NewEntry[],
    given: [] as NewEntry[],
    present: [] as string[],
    kept: [] as PresentEntry[],
    conflicts: [] as ImportConflict[],
  }
  for (const entry of wanted) {
    const { key, holder } = entry
    const found = view.find(key)
    const verdict = verdictOn(entry, found)
    const other = verdict === 'fresh' || verdict === 'given' ? rival(entry) : undefined
    if (other !== undefined) {
      const reason = `would be ${holder}'s, who holds ${other} here already`
      sorted.conflicts.push({ entry: key, reason })
    } else if (verdict === 'conflicts') {
      const reason = `is held by ${found?.holder} here, and by ${holder} in what is imported`
      sorted.conflicts.push({ entry: key, reason })
    } else if (verdict === 'kept') sorted.kept.push({ entry: key, holder: found?.holder ?? null })
    else if (verdict === 'present') sorted.present.push(key)
    else sorted[verdict].push(entry)
  }
  return sorted
}

function verdictOn({ holder }: NewEntry, found: PoolEntryStatus | undefined): Verdict {
  if (found === undefined) return 'fresh'
  if (holder === null) return found.holder === null ? 'present' : 'kept'
  // Of a range, too: the entry gets a line of its own.
  if (found.holder === null) return 'given'
  return holderKey(found.holder) === holderKey(holder) ? 'present' : 'conflicts'
}

/**
 * Finds what a holder has in the pool, unless it is to be imported too: a pool in which a node
 * holds two entries stays as it is.
 */
function rivalsIn(wanted: readonly NewEntry[], { entries }: PoolView) {
  const keys = new Map<string, string>()
  for (const { key, holder } of entries) if (holder !== null) keys.set(holderKey(holder), key)
  const coming = new Map(wanted.map((each) => [each.key, each.holder]))
  return ({ holder }: NewEntry): string | undefined => {
    const id = holder === null ? undefined : holderKey(holder)
    const other = id === undefined ? undefined : keys.get(id)
    if (other === undefined) return undefined
    const same = coming.get(other) ?? null
    return same !== null && holderKey(same) === id ? undefined : other
  }
}
