import { createHash } from 'node:crypto'
import { formatDiagnostic, type Parsed } from '../../kernel/diagnostic.ts'
import { ZtpError } from '../../kernel/errors.ts'
import { createPoolTable } from '../../resource/create-pool-table.ts'
import type { PoolTable } from '../../resource/pool-table.ts'
import { isCoarse, isRacy, type Stamp, sameStamp, stampOf, stampText } from '../disk/stamp.ts'
import type { Ledger } from './ledger.ts'
import type { LedgerRow } from './ledger-row.ts'
import type { PoolMemory } from './pool-memory.ts'
import { findPool, type PoolPlace } from './pool-place.ts'
import { hasContent, readPool } from './read-pool.ts'
import { type Reconciled, reconcile } from './reconcile.ts'
import { removeLeftovers } from './write-pool.ts'

/** A pool in the worker's memory: good for as long as stat and the ledger's token say the same. */
export type LoadedPool = {
  readonly stamp: Stamp
  /** Undefined when we never wrote the file. */
  readonly token: string | undefined
  /** When the stamp was last seen with the lock held; ms since 1970. */
  readonly seenAt: number
  /** Changed in place by whoever serves from it. */
  readonly table: PoolTable
  /** Rows of the ledger that were wanted lately, by key; use `remember` to add one. */
  readonly noted: Map<string, LedgerRow>
  readonly memory: PoolMemory & { readonly bytes: Buffer }
}

const MOST_NOTED = 10_000
/** Of pool files that are kept in memory, all together. */
const MOST_BYTES = 128 * 1024 * 1024

/** Keeps a row, among a bounded number of them. */
export function remember({ noted }: LoadedPool, row: LedgerRow): void {
  if (noted.size >= MOST_NOTED) noted.clear()
  noted.set(row.key, row)
}

/** The pools in memory, by the path of their real file; not more of them than there is room for. */
export type PoolCache = {
  /** The pool, if the file cannot have changed since: needs no lock. */
  peek(pool: string): LoadedPool | undefined
  /** With the lock held. `found` when the file had to be read and was not our own last one. */
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
  /** What is no pool is not parsed at each request: it may be large, and others wait. */
  const broken = new Map<string, { readonly stamp: Stamp; readonly thrown: ZtpError }>()

  function peek(name: string): LoadedPool | undefined {
    const { target, stat } = findPool(resources, name)
    const pool = pools.get(target)
    if (pool === undefined || isRacy(pool.stamp, pool.seenAt)) return undefined
    return sameStamp(pool.stamp, stampOf(stat)) ? pool : undefined
  }

  function load(name: string, ledger: Ledger, now: number): LoadResult {
    // Before the file is looked at: this process may be held up after that.
    const seenAt = Date.now()
    const place = findPool(resources, name)
    const known = pools.get(place.target)
    const mark = ledger.mark(place.target)
    const isKnown = known?.token === mark?.token && isStampOf(known, place)
    if (known && isKnown && isStill(known, place)) {
      const pool = { ...known, seenAt }
      pools.set(place.target, pool)
      return { place, pool, found: undefined }
    }
    const fault = broken.get(place.target)
    if (fault !== undefined && sameStamp(fault.stamp, stampOf(place.stat))) throw fault.thrown
    if (known === undefined) removeLeftovers(place)
    // Its memory is used anew.
    pools.delete(place.target)
    // Edited so soon after our write that stat does not show it.
    const isEdited = isKnown && known?.table.isChanged() === false
    const isOurs = (stamp: Stamp, content: Uint8Array) =>
      !isEdited && markText(stamp, [content]) === mark?.stamp
    const { bytes, block, stamp } = readPool(place, isOurs, known?.memory)
    const table = demand(place, stamp, createPoolTable(bytes, place.path, known?.memory.index))
    const memory = { bytes: block, index: table.memory }
    const pool = { stamp, token: mark?.token, seenAt, table, noted: new Map(), memory }
    pools.set(place.target, pool)
    makeRoom()
    if (isOurs(stamp, bytes)) return { place, pool, found: undefined }
    const visitRows = (visit: (row: LedgerRow) => void) => ledger.visitRows(place.target, visit)
    return { place, pool, found: reconcile(table, visitRows, now) }
  }

  function demand({ target }: PoolPlace, stamp: Stamp, read: Parsed<PoolTable>): PoolTable {
    broken.delete(target)
    if (read.value !== undefined) return read.value
    const errors = read.diagnostics.filter((each) => each.severity === 'error')
    const thrown = new ZtpError('ZTP_INVALID_POOL', errors.map(formatDiagnostic).join('; '))
    broken.set(target, { stamp, thrown })
    throw thrown
  }

  /** Drops the pools that were not used for longest, but never the last. */
  function makeRoom(): void {
    const oldest = [...pools].sort(([, a], [, b]) => a.seenAt - b.seenAt)
    let total = oldest.reduce((sum, [, { memory }]) => sum + memory.bytes.length, 0)
    for (const [target, { memory }] of oldest.slice(0, -1)) {
      if (total <= MOST_BYTES) return
      pools.delete(target)
      total -= memory.bytes.length
    }
  }

  return {
    peek,
    load,
    keep: (place, pool) => void pools.set(place.target, pool),
    drop: (place) => void pools.delete(place.target),
    dropAll: () => pools.clear(),
  }
}

function isStampOf(known: LoadedPool | undefined, { stat }: PoolPlace): boolean {
  return known !== undefined && sameStamp(known.stamp, stampOf(stat))
}

/** Where stat may not show one more change, the content does. */
function isStill({ stamp, seenAt, table }: LoadedPool, place: PoolPlace): boolean {
  return !isRacy(stamp, seenAt) || hasContent(place, table.content())
}

/** What the ledger keeps of a write of ours, to know it again. */
export function markText(stamp: Stamp, content: Iterable<Uint8Array>): string {
  if (!isCoarse(stamp)) return stampText(stamp)
  const hash = createHash('sha1')
  for (const piece of content) hash.update(piece)
  return `${stampText(stamp)}:${hash.digest('hex')}`
}
