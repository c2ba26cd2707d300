import { reasonOf } from '../../kernel/errors.ts'
import type { NodeId } from '../../node/identity.ts'
import type { PoolAdmin } from '../../resource/pool-admin.ts'
import { type FreedEntry, type FreeOptions, heldByNode, wasJustGiven } from './free-entries.ts'
import type { PoolFailure } from './list-pools.ts'
import { type PoolName, placeLabel, poolLabel } from './pool-name.ts'

/** What freeing a node's entries in every pool came to. */
export type NodeFreeing = {
  readonly freed: readonly FreedEntry[]
  /** Were given out a moment ago. Where there is one, nothing at all was done. */
  readonly refused: readonly FreedEntry[]
  /** Places that could not be asked: what they hold is held still. */
  readonly failures: readonly PoolFailure[]
}

/** Frees all that a node holds, in every pool of every place, its labels included. */
export async function freeNode(
  admins: readonly PoolAdmin[],
  node: NodeId,
  { now, dryRun, force }: FreeOptions,
): Promise<NodeFreeing> {
  const plans = await Promise.all(admins.map((admin) => planOf(admin, node)))
  const held = plans.flatMap((each) => each.held)
  const failures = plans.flatMap((each) => each.failures)
  const refused = force ? [] : held.filter((each) => wasJustGiven(each, now))
  if (refused.length > 0) return { freed: [], refused, failures }
  const done = await Promise.all(plans.map((plan) => carryOut(plan, node, dryRun)))
  return {
    freed: done.flatMap((each) => each.freed),
    refused,
    failures: [...failures, ...done.flatMap((each) => each.failures)],
  }
}

type Plan = {
  readonly admin: PoolAdmin
  readonly held: readonly FreedEntry[]
  readonly failures: readonly PoolFailure[]
}

async function planOf(admin: PoolAdmin, node: NodeId): Promise<Plan> {
  try {
    const theirs = await admin.freeNode(node, { dryRun: true })
    const names = [...new Set(theirs.map((each) => each.pool))]
    const pools = names.map((name): PoolName => ({ kind: admin.kind, name }))
    const held = await Promise.all(pools.map((pool) => heldByNode([admin], pool, node)))
    return { admin, held: held.flat(), failures: [] }
  } catch (thrown) {
    return { admin, held: [], failures: [failureOf(admin, thrown)] }
  }
}

async function carryOut({ admin, held }: Plan, node: NodeId, dryRun: boolean) {
  if (held.length === 0) return { freed: [], failures: [] }
  try {
    const done = await admin.freeNode(node, { dryRun })
    const freed = done.map(({ pool: name, key, from }): FreedEntry => {
      const pool = poolLabel({ kind: admin.kind, name })
      const planned = held.find((each) => each.pool === pool && each.entry === key)
      return planned ?? { pool, entry: key, holder: from, state: 'held' }
    })
    return { freed, failures: [] }
  } catch (thrown) {
    return { freed: [], failures: [failureOf(admin, thrown)] }
  }
}

function failureOf({ kind }: PoolAdmin, thrown: unknown): PoolFailure {
  return { pool: placeLabel(kind), reason: reasonOf(thrown) }
}
