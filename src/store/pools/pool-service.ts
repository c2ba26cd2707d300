import { failureOf } from '../../thread/protocol.ts'
import type { Draft } from './draft.ts'
import type { Ledger } from './ledger.ts'
import type { LedgerChange } from './ledger-row.ts'
import type { PoolCache } from './loaded-pool.ts'
import type { PoolChange, PoolOutcome, PoolRequest } from './messages.ts'
import type { PoolWriter } from './pool-writer.ts'
import { isNoted } from './reconcile.ts'
import { type Turn, takeTurn } from './turn.ts'

/** What became of some requests for one pool, and what the ledger is still to be told. */
export type Served = {
  readonly outcomes: readonly PoolOutcome[]
  readonly ledger?: LedgerChange | undefined
}

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
  readonly writer: PoolWriter
}

export function createPoolService({ cache, ledger, writer }: ServiceParts): PoolService {
  return {
    peek(name, requests, now) {
      try {
        const pool = cache.peek(name)
        return requests.flatMap((request) => {
          const value = request.kind === 'allocate' ? pool?.table.keyOf(request.holder) : undefined
          if (value === undefined || !isNoted(pool?.noted.get(value), now)) return []
          return [[request, { kind: 'allocated', value, fresh: false }]]
        })
      } catch (thrown) {
        return requests.map((request) => [request, failed(thrown)])
      }
    },
    serve(name, requests, now) {
      try {
        const { result, failure, ...rest } = writer.revise(name, now, ({ place, pool }, draft) => {
          const rowOf = (key: string) => ledger.row(place.target, key)
          const rowsOf = (node: string) => ledger.rowsOf(place.target, node)
          return takeTurn({ name, pool, rowOf, rowsOf, now }, requests, draft)
        })
        if (failure === undefined) return { outcomes: result.outcomes, ledger: rest.ledger }
        return { outcomes: salvage(result, failure.draft, failure.thrown) }
      } catch (thrown) {
        return { outcomes: requests.map(() => failed(thrown)) }
      }
    },
  }
}

/** The file could not be written: those are served whose entry was on disk before. */
function salvage(
  { outcomes, restsOn }: Turn,
  { touched }: Draft,
  thrown: unknown,
): readonly PoolOutcome[] {
  const isLost = (key: string | undefined) => key !== undefined && touched.has(key)
  return outcomes.map((outcome, at) => (isLost(restsOn[at]) ? failed(thrown) : outcome))
}

/** What was thrown, as an outcome. */
export function failed(thrown: unknown): PoolOutcome {
  return { kind: 'failed', failure: failureOf(thrown) }
}
