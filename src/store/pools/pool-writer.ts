import { appendLines } from '../../resource/pool-append.ts'
import type { PoolTable } from '../../resource/pool-table.ts'
import { uniqueMark } from '../disk/temporary.ts'
import { type Draft, emptyDraft } from './draft.ts'
import type { Ledger } from './ledger.ts'
import type { LedgerChange, LedgerRow } from './ledger-row.ts'
import {
  type LoadedPool,
  type LoadResult,
  markText,
  type PoolCache,
  remember,
} from './loaded-pool.ts'
import type { PoolPlace } from './pool-place.ts'
import { createPool, replacePool } from './write-pool.ts'

/** A token that no write has. */
const WORN = 'worn'

/** How often a pool is served anew because somebody changes the file under us. */
const ATTEMPTS = 10

export type WriterParts = {
  readonly resources: string
  readonly cache: PoolCache
  readonly ledger: Ledger
  readonly warn: (message: string) => void
}

/** What became of a change. */
export type Revision<T> = {
  readonly result: T
  /** What the ledger is still to be told. */
  readonly ledger: LedgerChange | undefined
  /** Why the file could not be written, with what was drafted for it. */
  readonly failure?: { readonly thrown: unknown; readonly draft: Draft }
}

/** Changes pools; with the lock held. */
export type PoolWriter = {
  /**
   * Has a pool changed. The file is on disk when it returns; the ledger is the caller's.
   *
   * @param work drafts the change, and changes the pool's table and rows as it goes; called again
   *   when somebody else changes the file meanwhile
   * @throws ZtpError when the pool cannot be read, and what the work throws
   */
  revise<T>(name: string, now: number, work: (loaded: LoadResult, draft: Draft) => T): Revision<T>
  /**
   * Makes a pool that does not exist.
   *
   * @returns undefined when it exists after all
   */
  create(name: string, draft: Draft): LedgerChange | undefined
  /** A pool as it would be served, changed by nothing and nobody. */
  look(name: string, now: number): LookResult
}

export type LookResult = { readonly place: PoolPlace; readonly pool: LoadedPool }

export function createPoolWriter({ resources, cache, ledger, warn }: WriterParts): PoolWriter {
  function revise<T>(
    name: string,
    now: number,
    work: (loaded: LoadResult, draft: Draft) => T,
  ): Revision<T> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const loaded = cache.load(name, ledger, now)
      const draft = startOf(loaded)
      const result = work(loaded, draft)
      try {
        const saved = save(loaded, draft)
        if (saved !== 'changed meanwhile') return { result, ledger: saved }
      } catch (thrown) {
        return { result, ledger: undefined, failure: { thrown, draft } }
      }
    }
    throw new Error(`resource pool '${name}' is being changed by another program all the time`)
  }

  /** What follows from the loading alone: entries restored, rows that mean nothing any more. */
  function startOf({ place, pool, found }: LoadResult): Draft {
    const draft = emptyDraft()
    for (const row of found?.restored ?? []) {
      const { key, holder } = row
      draft.touched.add(key)
      restore(pool, row)
      warn(
        `resource pool ${place.path}: ${key} was set free by an edit while ${holder} had just been` +
          ' given it: written back (ztps pools free releases it)',
      )
    }
    for (const key of found?.forget ?? []) draft.forget.add(key)
    return draft
  }

  function save(
    { place, pool }: LoadResult,
    draft: Draft,
  ): LedgerChange | undefined | 'changed meanwhile' {
    const { table } = pool
    if (!table.isChanged() && draft.append.length === 0) return ledgerPart(place, draft)
    cache.drop(place)
    const longer = draft.append.length === 0 ? undefined : appended(table, draft, place.path)
    const seenAt = Date.now()
    const stamp = replacePool(place, longer ?? table.content(), pool.stamp)
    if (stamp === undefined) return 'changed meanwhile'
    table.saved()
    const token = uniqueMark()
    if (longer === undefined) {
      // A worn one is read anew, as if somebody else had written it.
      const known = table.isWorn() ? WORN : token
      cache.keep(place, { ...pool, stamp, token: known, seenAt })
    }
    return {
      ...changeOf(place, draft),
      mark: { token, stamp: markText(stamp, longer ?? table.content()) },
    }
  }

  return {
    revise,
    create(name, draft) {
      const textOf = (path: string) => [Buffer.from(appendLines('', draft.append, path))]
      const created = createPool(resources, name, textOf)
      if (created === undefined) return undefined
      const { place, stamp } = created
      const mark = { token: uniqueMark(), stamp: markText(stamp, textOf(place.path)) }
      return { ...changeOf(place, draft), mark }
    },
    look(name, now) {
      const { place, pool, found } = cache.load(name, ledger, now)
      if (found !== undefined && found.restored.length + found.forget.length > 0) {
        // Whoever is served next is to find the same.
        cache.drop(place)
        for (const row of found.restored) restore(pool, row)
      }
      return { place, pool }
    },
  }
}

function restore(pool: LoadedPool, row: LedgerRow): void {
  pool.table.set(row.key, row.holder)
  remember(pool, row)
}

function appended(table: PoolTable, { append }: Draft, path: string): readonly Uint8Array[] {
  const text = Buffer.concat([...table.content()]).toString('utf8')
  return [Buffer.from(appendLines(text, append, path))]
}

function ledgerPart(place: PoolPlace, draft: Draft): LedgerChange | undefined {
  return draft.put.size + draft.forget.size === 0 ? undefined : changeOf(place, draft)
}

function changeOf(place: PoolPlace, { put, forget }: Draft): LedgerChange {
  return { pool: place.target, put: [...put.values()], forget: [...forget] }
}
