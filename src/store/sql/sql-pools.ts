import { access } from 'node:fs/promises'
import type { Clock } from '../../kernel/clock.ts'
import { reasonOf, ZtpError } from '../../kernel/errors.ts'
import type { Logger } from '../../kernel/logger.ts'
import { holderKey, holderText } from '../../resource/holder.ts'
import type { PoolStore } from '../../resource/pool-port.ts'
import { createGiveBacks, type GiveBack } from './give-backs.ts'
import { LIMITS, type SqlLimits } from './limits.ts'
import type { SqlTarget } from './messages.ts'
import { type Asked, createSqlQueues } from './sql-queues.ts'
import { demandTableName } from './table-name.ts'

/** The pools of one database. */
export type SqlPools = PoolStore & {
  /** Waits for what is under way, ten seconds at most. */
  close(): Promise<void>
}

/**
 * Pools in the tables of a database, for any number of processes on any number of machines.
 *
 * All work is done in worker threads, started when first wanted. An answer or a refusal comes within
 * ten seconds; an entry that was given out too late for anybody to hear is given back.
 */
export function createSqlPools(
  target: SqlTarget,
  { logger, clock }: { readonly logger: Logger; readonly clock: Clock },
  limits: SqlLimits = LIMITS,
): SqlPools {
  const queues = createSqlQueues(
    { target, limits },
    {
      now: clock.now,
      warn: logger.warn,
      lost({ table, change: { holder }, sentAt }, outcome) {
        const key = outcome.kind === 'failed' ? outcome.taken : undefined
        const late = outcome.kind === 'allocated' && outcome.fresh ? outcome.key : key
        if (late === undefined) return
        const change = { kind: 'give-back', holder, key: late, since: sentAt } as const
        giveBacks.add({ table, change })
      },
    },
  )
  const giveBacks = createGiveBacks(
    limits.giveBack,
    ({ table, change }) => queues.submit(table, change),
    ({ table, change }) => {
      logger.warn(`${change.holder} keeps ${change.key} of ${target.kind} pool ${table}`)
    },
  )
  const taken = createMemory()

  return {
    async allocate(pool, holder) {
      demandTableName(pool, target.kind === 'postgres')
      const allocation = { kind: 'allocate', holder: holderText(holder) } as const
      const { outcome, asked } = await queues.submit(pool, allocation)
      if (outcome.kind !== 'allocated') throw new ZtpError('ZTP_INTERNAL', UNEXPECTED)
      const { key, value, fresh } = outcome
      if (fresh) taken.add(asked, key)
      return { key, value, fresh }
    },
    async free(pool, holder, key) {
      await queues.submit(pool, { kind: 'free', holder: holderText(holder), key })
    },
    async giveBack(pool, holder, key) {
      const item = taken.giveBack(pool, holderText(holder), key)
      try {
        const { outcome } = await queues.submit(pool, item.change)
        return outcome.kind === 'released' && outcome.freed
      } catch (thrown) {
        // Whoever gives back has a reason of its own to tell of: this one is for the operator only.
        logger.warn(`${holderText(holder)} still has ${key} of ${pool}: ${reasonOf(thrown)}`)
        if (item.change.since !== undefined) giveBacks.add(item)
        return false
      }
    },
    async confirm(nodeId) {
      if (await exists(target)) await queues.confirm(holderKey(nodeId))
    },
    async close() {
      giveBacks.close()
      await queues.close()
    },
  }
}

const UNEXPECTED = 'the database worker gave no answer that fits the request'

/** How many allocations are remembered. */
const MEMORY = 10_000

/** When entries were given out, so that a give-back frees just what its request took. */
function createMemory() {
  const times = new Map<string, number>()
  const placeOf = (...parts: readonly string[]) => JSON.stringify(parts)
  return {
    add({ table, change, sentAt }: Asked, key: string): void {
      times.set(placeOf(table, change.holder, key), sentAt)
      const [oldest] = times.keys()
      if (times.size > MEMORY && oldest !== undefined) times.delete(oldest)
    },
    giveBack(table: string, holder: string, key: string): GiveBack {
      const place = placeOf(table, holder, key)
      const since = times.get(place)
      times.delete(place)
      const change = { kind: 'give-back', holder, key } as const
      return { table, change: since === undefined ? change : { ...change, since } }
    },
  }
}

/** A file that is not there has nothing to confirm, and is no reason to start a thread. */
async function exists(target: SqlTarget): Promise<boolean> {
  if (target.kind !== 'sqlite') return true
  return access(target.path).then(
    () => true,
    () => false,
  )
}
