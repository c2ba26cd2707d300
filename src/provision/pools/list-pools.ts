import { reasonOf } from '../../kernel/errors.ts'
import type { PoolAdmin } from '../../resource/pool-admin.ts'
import { isDataName } from '../validate/data-files.ts'
import { type PoolName, placeLabel, poolLabel } from './pool-name.ts'
import { type PoolUsage, type Shortage, type SoonRule, shortageOf, usageOf } from './usage.ts'

/** A pool that could be read. */
export type PoolLine = PoolName & {
  readonly usage: PoolUsage
  readonly shortage: Shortage | undefined
}

/** A pool, or a whole place of pools, that could not. */
export type PoolFailure = {
  /** The pool as an operator names it, or the kind of the place. */
  readonly pool: string
  readonly reason: string
}

export type PoolList = {
  readonly pools: readonly PoolLine[]
  readonly failures: readonly PoolFailure[]
}

/**
 * How much of every pool is given out. What cannot be read keeps nothing else from being shown.
 *
 * @returns files first, then databases, each in the order of the names
 */
export async function listPools(admins: readonly PoolAdmin[], soon: SoonRule): Promise<PoolList> {
  const places = await Promise.all(admins.map((admin) => placeLines(admin, soon)))
  return {
    pools: places.flatMap((each) => each.pools),
    failures: places.flatMap((each) => each.failures),
  }
}

async function placeLines(admin: PoolAdmin, soon: SoonRule): Promise<PoolList> {
  const pools: PoolLine[] = []
  const failures: PoolFailure[] = []
  try {
    // One after the other: each may have a million entries.
    for (const name of await poolNames(admin)) {
      const pool = { kind: admin.kind, name }
      try {
        pools.push(lineOf(pool, (await admin.contents(name)).entries, soon))
      } catch (thrown) {
        failures.push({ pool: poolLabel(pool), reason: reasonOf(thrown) })
      }
    }
  } catch (thrown) {
    failures.push({ pool: placeLabel(admin.kind), reason: reasonOf(thrown) })
  }
  return { pools, failures }
}

/** Sorted; notes and back-ups that lie beside pool files are no pools. */
export async function poolNames(admin: PoolAdmin): Promise<readonly string[]> {
  const names = (await admin.pools()).toSorted()
  return admin.kind === 'file' ? names.filter((each) => isDataName(fileName(each))) : names
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function lineOf(pool: PoolName, entries: Parameters<typeof usageOf>[0], soon: SoonRule): PoolLine {
  const usage = usageOf(entries)
  return { ...pool, usage, shortage: shortageOf(usage, soon) }
}
