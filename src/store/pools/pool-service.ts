import { setHolders } from '../../resource/pool-file.ts'
import { failureOf } from '../../thread/protocol.ts'
import { stampText } from '../disk/stamp.ts'
import { uniqueMark } from '../disk/temporary.ts'
import type { Ledger } from './ledger.ts'
import type { LedgerChange } from './ledger-row.ts'
import type { LoadResult, PoolCache } from './loaded-pool.ts'
import type { PoolChange, PoolOutcome, PoolRequest } from './messages.ts'
import { replacePool } from './pool-disk.ts'
import { isNoted } from './reconcile.ts'
import { type Turn, takeTurn } from './turn.ts'

/** How often a pool is served anew because somebody changes the file under us. */
const ATTEMPTS = 10

/** What became of some requests for one pool, and what the ledger is still to be told. */
export type Served = { readonly outcomes: readonly PoolOutcome[]; readonly ledger?: LedgerChange }

/** Serves the requests for one pool. Nothing is thrown: what fails is an outcome. */
export type PoolService = {
  /** Those that need no lock: their holder has an entry and was told of it lately. */
  peek(
    pool: string,
    requests: readonly PoolChange[],
    now: number,
  ): readonly (readonly [PoolRequest, PoolOutcome])[]
  /** With the lock held: the pool file is on disk when it returns. */
  serve(pool: string, requests: readonly PoolChange[], now: number): Served
}

export type ServiceParts = {
  readonly cache: PoolCache
  readonly ledger: Ledger
  readonly warn: (message: string) => void
}

export function createPoolService({ cache, ledger, warn }: ServiceParts): PoolService {
  function peek(
    name: string,
    requests: readonly PoolChange[],
    now: number,
  ): readonly (readonly [PoolRequest, PoolOutcome])[] {
    try {
      const pool = cache.peek(name)
      return requests.flatMap((request) => {
        const value = request.kind === 'allocate' ? pool?.index.keyOf(request.holder) : undefined
        if (value === undefined || !isNoted(pool?.rows.get(value), now)) return []
        return [[request, { kind: 'allocated', value, fresh: false }]]
      })
    } catch (thrown) {
      return requests.map((request) => [request, failed(thrown)])
    }
  }

  function serve(name: string, requests: readonly PoolChange[], now: number): Served {
    try {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        const loaded = cache.load(name, ledger, now)
        const noted = (key: string) => ledger.row(loaded.place.target, key)
        const turn = takeTurn({ name, pool: loaded.pool, noted, now }, requests, startOf(loaded))
        const served = save(loaded, turn)
        if (served !== undefined) return served
      }
      throw new Error(`resource pool '${name}' is being changed by another program all the time`)
    } catch (thrown) {
      return { outcomes: requests.map(() => failed(thrown)) }
    }
  }

  /** @returns undefined when somebody changed the file meanwhile */
  function save(loaded: LoadResult, turn: Turn): Served | undefined {
    const { place, pool } = loaded
    if (turn.changes.size === 0) return { outcomes: turn.outcomes, ...ledgerPart(loaded, turn) }
    cache.drop(place)
    try {
      const text = setHolders(pool.text, turn.changes)
      const stamp = replacePool(place, text, pool.stamp)
      if (stamp === undefined) return undefined
      const token = uniqueMark()
      cache.keep(place, { ...pool, text, stamp, token, seenAt: Date.now() })
      const mark = { token, stamp: stampText(stamp) }
      const change = {
        pool: place.target,
        mark,
        put: [...turn.put.values()],
        forget: [...turn.forget],
      }
      return { outcomes: turn.outcomes, ledger: change }
    } catch (thrown) {
      return { outcomes: salvage(turn, thrown) }
    }
  }

  /** What follows from the loading alone: entries restored, rows that mean nothing any more. */
  function startOf({ place, pool, found }: LoadResult) {
    const changes = new Map<string, string | null>()
    for (const row of found?.restored ?? []) {
      const { key, holder } = row
      changes.set(key, holder)
      pool.index.set(key, holder)
      pool.rows.set(key, row)
      warn(
        `resource pool ${place.path}: ${key} was set free by an edit while ${holder} had just been` +
          ' given it: written back (ztps pools free releases it)',
      )
    }
    return { changes, put: new Map(), forget: new Set(found?.forget) }
  }

  return { peek, serve }
}

function ledgerPart({ place }: LoadResult, { put, forget }: Turn): Pick<Served, 'ledger'> {
  if (put.size + forget.size === 0) return {}
  return { ledger: { pool: place.target, put: [...put.values()], forget: [...forget] } }
}

/** The file could not be written: those are served whose entry was on disk before. */
function salvage({ outcomes, restsOn, changes }: Turn, thrown: unknown): readonly PoolOutcome[] {
  const isLost = (key: string | undefined) => key !== undefined && changes.has(key)
  return outcomes.map((outcome, at) => (isLost(restsOn[at]) ? failed(thrown) : outcome))
}

/** What was thrown, as an outcome. */
export function failed(thrown: unknown): PoolOutcome {
  return { kind: 'failed', failure: failureOf(thrown) }
}
