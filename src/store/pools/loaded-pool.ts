import { formatDiagnostic, type Parsed } from '../../kernel/diagnostic.ts'
import { ZtpError } from '../../kernel/errors.ts'
import { parsePool } from '../../resource/pool-file.ts'
import { createPoolIndex, type PoolIndex } from '../../resource/pool-index.ts'
import { isRacy, type Stamp, sameStamp, stampOf, stampText } from '../disk/stamp.ts'
import type { Ledger } from './ledger.ts'
import type { LedgerRow } from './ledger-row.ts'
import { findPool, type PoolPlace, readPool, removeLeftovers } from './pool-disk.ts'
import { type Reconciled, reconcile } from './reconcile.ts'

/** A pool in the worker's memory: good for as long as stat and the ledger's token say the same. */
export type LoadedPool = {
  readonly stamp: Stamp
  /** Undefined when we never wrote the file. */
  readonly token: string | undefined
  /** When the stamp was last seen with the lock held; ms since 1970. */
  readonly seenAt: number
  readonly text: string
  /** Changed in place by whoever serves from it. */
  readonly index: PoolIndex
  readonly rows: Map<string, LedgerRow>
  /** What is noted of entries that the file has not got: holder → key. */
  readonly missing: Map<string, string>
}

/** The pools in memory, by the path of their real file. */
export type PoolCache = {
  /** The pool, if the file cannot have changed since: needs no lock. */
  peek(pool: string): LoadedPool | undefined
  /** With the lock held. `found` when the file had to be read. */
  load(pool: string, ledger: Ledger, now: number): LoadResult
  keep(place: PoolPlace, pool: LoadedPool): void
  drop(place: PoolPlace): void
  dropAll(): void
}

export type LoadResult = {
  readonly place: PoolPlace
  readonly pool: LoadedPool
  readonly found: Reconciled | undefined
}

/** @param resources the absolute path of the pools' folder */
export function createPoolCache(resources: string): PoolCache {
  const pools = new Map<string, LoadedPool>()

  function peek(name: string): LoadedPool | undefined {
    const { target, stat } = findPool(resources, name)
    const pool = pools.get(target)
    if (pool === undefined || isRacy(pool.stamp, pool.seenAt)) return undefined
    return sameStamp(pool.stamp, stampOf(stat)) ? pool : undefined
  }

  function load(name: string, ledger: Ledger, now: number): LoadResult {
    const place = findPool(resources, name)
    const known = pools.get(place.target)
    const mark = ledger.mark(place.target)
    if (known && known.token === mark?.token && sameStamp(known.stamp, stampOf(place.stat))) {
      const pool = { ...known, seenAt: Date.now() }
      pools.set(place.target, pool)
      return { place, pool, found: undefined }
    }
    if (known === undefined) removeLeftovers(place)
    const { text, stamp } = readPool(place, (each) => stampText(each) === mark?.stamp)
    const index = createPoolIndex(demand(parsePool(text, place.path)))
    const found = reconcile(index, ledger.rows(place.target), now)
    const token = mark?.token
    const rows = new Map(found.standing)
    const missing = new Map(found.missing)
    const pool = { stamp, token, seenAt: Date.now(), text, index, rows, missing }
    for (const key of rows.keys()) index.prefer(key)
    pools.set(place.target, pool)
    return { place, pool, found }
  }

  return {
    peek,
    load,
    keep: (place, pool) => void pools.set(place.target, pool),
    drop: (place) => void pools.delete(place.target),
    dropAll: () => pools.clear(),
  }
}

function demand<T>({ value, diagnostics }: Parsed<T>): T {
  if (value !== undefined) return value
  const reasons = diagnostics.filter((each) => each.severity === 'error').map(formatDiagnostic)
  throw new ZtpError('ZTP_INVALID_POOL', reasons.join('; '))
}
