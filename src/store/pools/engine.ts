import { join } from 'node:path'
import { serveAdmin } from './admin-service.ts'
import { clearPools } from './clear.ts'
import { createLedger } from './ledger.ts'
import type { LedgerChange } from './ledger-row.ts'
import { createPoolCache } from './loaded-pool.ts'
import type {
  AdminRequest,
  PoolBatch,
  PoolChange,
  PoolOutcome,
  PoolPaths,
  PoolReply,
  PoolRequest,
} from './messages.ts'
import { createPoolLock } from './pool-lock.ts'
import { createPoolService, failed } from './pool-service.ts'
import { createPoolWriter } from './pool-writer.ts'

/** The pools as the worker serves them: blocking, one batch at a time. */
export type PoolEngine = { run(batch: PoolBatch): PoolReply; close(): void }

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
  const parts = { resources, cache, ledger, warn }
  const writer = createPoolWriter(parts)
  const service = createPoolService({ cache, ledger, writer })

  function run({ now, requests }: PoolBatch): PoolReply {
    warnings = []
    const outcomes = new Map<PoolRequest, PoolOutcome>()
    for (const [pool, changes] of byPool(requests)) {
      for (const [request, outcome] of service.peek(pool, changes, now))
        outcomes.set(request, outcome)
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

  function serveLocked(
    requests: readonly PoolRequest[],
    now: number,
  ): ReadonlyMap<PoolRequest, PoolOutcome> {
    const outcomes = new Map<PoolRequest, PoolOutcome>()
    const changes: LedgerChange[] = []
    for (const [pool, wanted] of byPool(requests)) {
      const served = service.serve(pool, wanted, now)
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
      else if (isForAdmin(request)) {
        outcomes.set(request, serveAdmin(request, { ...parts, writer, now }))
      }
    }
    return outcomes
  }

  function clear(): PoolOutcome {
    // First the ledger: its rows would have the entries written back.
    ledger.clear()
    return { kind: 'cleared', cleared: clearPools(parts) }
  }

  return {
    run,
    close() {
      ledger.close()
      lock.close()
    },
  }
}

function byPool(requests: readonly PoolRequest[]): ReadonlyMap<string, readonly PoolChange[]> {
  const groups = new Map<string, PoolChange[]>()
  for (const request of requests) {
    if (!isChange(request)) continue
    const group = groups.get(request.pool)
    if (group === undefined) groups.set(request.pool, [request])
    else group.push(request)
  }
  return groups
}

function isChange(request: PoolRequest): request is PoolChange {
  return request.kind === 'allocate' || request.kind === 'free' || request.kind === 'give-back'
}

function isForAdmin(request: PoolRequest): request is AdminRequest {
  return !isChange(request) && request.kind !== 'confirm' && request.kind !== 'clear'
}
