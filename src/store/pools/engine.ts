import { join } from 'node:path'
import { setHolders } from '../../resource/pool-file.ts'
import { failureOf } from '../../thread/protocol.ts'
import { uniqueMark } from '../disk/temporary.ts'
import { clearPools } from './clear.ts'
import { createLedger } from './ledger.ts'
import type { LedgerChange } from './ledger-row.ts'
import { createPoolCache, type LoadResult, stampText } from './loaded-pool.ts'
import type {
  PoolBatch,
  PoolChange,
  PoolOutcome,
  PoolPaths,
  PoolReply,
  PoolRequest,
} from './messages.ts'
import { replacePool } from './pool-disk.ts'
import { createPoolLock } from './pool-lock.ts'
import { isNoted } from './reconcile.ts'
import { type Turn, takeTurn } from './turn.ts'

/** How often a pool is served anew because somebody changes the file under us. */
const ATTEMPTS = 10

/** The pools as the worker serves them: blocking, one batch at a time. */
export type PoolEngine = { run(batch: PoolBatch): PoolReply; close(): void }

type Served = { readonly outcomes: readonly PoolOutcome[]; readonly ledger?: LedgerChange }

/**
 * Serves batches on the files of one data directory, together with any number of other processes.
 *
 * A batch takes the lock, replaces each pool file that changes (fsync, rename, fsync of the folder),
 * then commits the ledger, releases the lock, and answers. Killed between file and ledger, the file
 * says who holds what, and nobody was told yet: the holder gets its row when it asks again, and a
 * freed entry whose row is still there is written back to its last holder. Either way no entry is
 * with two nodes.
 *
 * A node that has its entry, with the file as it was, is answered without lock or write.
 */
export function createEngine({ resources, state }: PoolPaths): PoolEngine {
  let warnings: string[] = []
  const warn = (message: string) => void warnings.push(message)
  const lock = createPoolLock(join(state, 'pools.lock'))
  const ledger = createLedger(join(state, 'pools.db'), warn)
  const cache = createPoolCache(resources)

  function run({ now, requests }: PoolBatch): PoolReply {
    warnings = []
    const outcomes = new Map<PoolRequest, PoolOutcome>()
    for (const [pool, changes] of byPool(requests)) {
      for (const [request, outcome] of peekAll(pool, changes, now)) outcomes.set(request, outcome)
    }
    const rest = requests.filter((each) => !outcomes.has(each))
    if (rest.length > 0) {
      try {
        for (const [request, outcome] of lock.hold(() => serveLocked(rest, now))) {
          outcomes.set(request, outcome)
        }
      } catch (thrown) {
        for (const request of rest) outcomes.set(request, failed(thrown))
      }
    }
    return { outcomes: requests.map((each) => outcomes.get(each) ?? { kind: 'done' }), warnings }
  }

  /** Those that need no lock. */
  function peekAll(
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

  function serveLocked(
    requests: readonly PoolRequest[],
    now: number,
  ): ReadonlyMap<PoolRequest, PoolOutcome> {
    const outcomes = new Map<PoolRequest, PoolOutcome>()
    const changes: LedgerChange[] = []
    for (const [pool, wanted] of byPool(requests)) {
      const served = servePool(pool, wanted, now)
      if (served.ledger) changes.push(served.ledger)
      wanted.forEach((request, at) => {
        outcomes.set(request, served.outcomes[at] ?? { kind: 'done' })
      })
    }
    const confirmed = requests
      .flatMap((each) => (each.kind === 'confirm' ? [each.node] : []))
      .filter((node) => ledger.hasReserved(node) || changes.length > 0)
    if (changes.length + confirmed.length > 0 && !ledger.commit(changes, confirmed)) cache.dropAll()
    for (const request of requests) {
      if (request.kind === 'clear') outcomes.set(request, clear())
    }
    return outcomes
  }

  function clear(): PoolOutcome {
    // First the ledger: its rows would have the entries written back.
    ledger.clear()
    return { kind: 'cleared', cleared: clearPools({ resources, cache, ledger, warn }) }
  }

  function servePool(name: string, requests: readonly PoolChange[], now: number): Served {
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

  return {
    run,
    close() {
      ledger.close()
      lock.close()
    },
  }
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

function failed(thrown: unknown): PoolOutcome {
  return { kind: 'failed', failure: failureOf(thrown) }
}

function byPool(requests: readonly PoolRequest[]): ReadonlyMap<string, readonly PoolChange[]> {
  const groups = new Map<string, PoolChange[]>()
  for (const request of requests) {
    if (request.kind === 'confirm' || request.kind === 'clear') continue
    const group = groups.get(request.pool)
    if (group === undefined) groups.set(request.pool, [request])
    else group.push(request)
  }
  return groups
}
