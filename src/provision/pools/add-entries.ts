import { ZtpError } from '../../kernel/errors.ts'
import type { PoolAdmin } from '../../resource/pool-admin.ts'
import { type Clash, findClashes } from './clashes.ts'
import { distinctKeys, expandKeys } from './expand-keys.ts'
import { findOddKeys, type OddKey } from './odd-keys.ts'
import { adminOf, type PoolName, poolLabel } from './pool-name.ts'
import { viewPool } from './pool-view.ts'

/** An entry that the pool has already. */
export type PresentEntry = { readonly entry: string; readonly holder: string | null }

/** What adding came to. Where something clashes or is odd, nothing at all was added. */
export type Adding = {
  readonly added: readonly string[]
  readonly present: readonly PresentEntry[]
  readonly clashes: readonly Clash[]
  readonly odd: readonly OddKey[]
  /** Whether the pool itself was made. */
  readonly created: boolean
}

type AddOptions = {
  /** Writes ranges as they are, which only a file takes. */
  readonly asRange: boolean
  /** Adds what is of another kind than the rest, too. */
  readonly force: boolean
  readonly dryRun: boolean
}

/** How often it is tried anew because somebody changes the pool under us. */
const ATTEMPTS = 5

/**
 * Adds free entries to a pool, which is made if it is not there.
 *
 * @param ranges entries and ranges as a person types them
 * @throws ZtpError ZTP_USAGE, ZTP_INVALID_POOL, ZTP_MISSING_POOL, ZTP_STORE_FAILED
 */
export async function addEntries(
  admins: readonly PoolAdmin[],
  pool: PoolName,
  ranges: readonly string[],
  options: AddOptions,
): Promise<Adding> {
  const { asRange } = options
  if (asRange && pool.kind !== 'file') {
    const message = `--as-range goes with a pool file: the table ${poolLabel(pool)} has a row for each entry`
    throw new ZtpError('ZTP_USAGE', message)
  }
  const keys = asRange ? distinctKeys(ranges) : expandKeys(ranges)
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const adding = await tryToAdd(admins, pool, keys, options)
    if (adding !== undefined) return adding
  }
  const message = `${poolLabel(pool)} is being changed by somebody else all the time: try again`
  throw new ZtpError('ZTP_STORE_FAILED', message)
}

/** @returns undefined when somebody else added some of it meanwhile */
async function tryToAdd(
  admins: readonly PoolAdmin[],
  pool: PoolName,
  keys: readonly string[],
  { force, dryRun }: AddOptions,
): Promise<Adding | undefined> {
  const { exists, items, find } = await viewPool(admins, pool)
  const fresh = keys.filter((key) => find(key) === undefined)
  const present = keys.flatMap((entry) => {
    const found = find(entry)
    return found === undefined ? [] : [{ entry, holder: found.holder }]
  })
  const there = items()
  const clashes = findClashes(there, fresh)
  const odd = force ? [] : findOddKeys(there, fresh)
  const nothing = { added: [], present, clashes, odd, created: false }
  if (clashes.length + odd.length > 0 || (exists && fresh.length === 0)) return nothing
  const wanted = fresh.map((key) => ({ key, holder: null }))
  const done = await adminOf(admins, pool).add(pool.name, wanted, { dryRun })
  if (done.conflicts.length > 0) return undefined
  return { ...nothing, added: done.added, created: done.created }
}
