import type { NewEntry, PoolAdmin } from '../../resource/pool-admin.ts'
import { readRange } from '../../resource/pool-range.ts'
import type { PresentEntry } from './add-entries.ts'
import { findClashes } from './clashes.ts'
import { expandKeys } from './expand-keys.ts'
import { adminOf, type PoolName } from './pool-name.ts'
import { type PoolView, viewPool } from './pool-view.ts'
import { type ImportConflict, type Sorted, sortOut } from './sort-out.ts'

/** What an import came to. Where there is a conflict, nothing at all was done. */
export type Importing = Pick<Sorted, 'present' | 'kept'> & {
  readonly added: readonly string[]
  /** Were free, and got their holder. */
  readonly given: readonly PresentEntry[]
  readonly conflicts: readonly ImportConflict[]
  /** Whether the pool itself was made. */
  readonly created: boolean
}

/**
 * Brings entries with their holders into a pool, which is made if it is not there. Nothing is taken
 * from anybody; the same again changes nothing.
 *
 * @throws ZtpError ZTP_INVALID_POOL, ZTP_MISSING_POOL, ZTP_STORE_FAILED
 */
export async function importEntries(
  admins: readonly PoolAdmin[],
  pool: PoolName,
  entries: readonly NewEntry[],
  { dryRun }: { readonly dryRun: boolean },
): Promise<Importing> {
  const view = await viewPool(admins, pool)
  const sorted = sortOut(unfolded(entries, pool, view), view)
  const { fresh, given, present, kept } = sorted
  const conflicts = [...sorted.conflicts, ...clashing(fresh, view)]
  const news = [...fresh, ...given]
  const nothing = { added: [], given: [], present, kept, conflicts, created: false }
  if (conflicts.length > 0 || (view.exists && news.length === 0)) return nothing
  const options = { dryRun, fill: true }
  const done = await adminOf(admins, pool).add(pool.name, news, options)
  if (done.conflicts.length > 0) return { ...nothing, conflicts: done.conflicts.map(lateConflict) }
  return {
    ...nothing,
    added: fresh.map((each) => each.key),
    given: given.map(({ key, holder }) => ({ entry: key, holder })),
    created: done.created,
  }
}

/**
 * Ranges one by one, unless the pool is a file that has nothing of theirs. Of a range that is
 * written out in part, the rest alone is new.
 */
function unfolded(entries: readonly NewEntry[], { kind }: PoolName, view: PoolView) {
  return entries.flatMap((entry): readonly NewEntry[] => {
    const { key, holder } = entry
    const reading = holder === null ? readRange(key) : undefined
    if (reading?.kind !== 'range' || view.find(key) !== undefined) return [entry]
    const { covers } = reading.range
    const isWhole = view.entries.every((each) => covers(each.key) === undefined)
    if (kind === 'file' && isWhole) return [entry]
    return expandKeys([key]).map((each) => ({ key: each, holder: null }))
  })
}

function clashing(fresh: readonly NewEntry[], view: PoolView): readonly ImportConflict[] {
  const keys = fresh.map((each) => each.key)
  return findClashes(view.items(), keys).map(({ key, other }) => ({
    entry: key,
    reason: `is the same address as ${other}, which is there`,
  }))
}

/** Somebody was quicker. */
function lateConflict({ key, holder }: { readonly key: string; readonly holder: string | null }) {
  const reason = holder === null ? 'was just set free here' : `was just given to ${holder} here`
  return { entry: key, reason }
}
