import { ZtpError } from '../../kernel/errors.ts'
import type { NodeId } from '../../node/identity.ts'
import type { PoolAdmin } from '../../resource/pool-admin.ts'
import { type Holdings, heldIn, holdingsOf } from './holdings.ts'
import { unknownNode } from './known-node.ts'
import type { NodeAdmin } from './ports.ts'

export type RetireOptions = {
  /**
   * `reset`: the switch comes back as a new one, and the versions of its startup-config stay;
   * `removed`: it does not.
   */
  readonly kind: 'reset' | 'removed'
  /** Whether its pool entries are freed. */
  readonly free: boolean
  readonly dryRun: boolean
}

/** A node that was taken away, or would be. */
export type Retired = {
  readonly id: NodeId
  /** Where its folder is archived; null for a dry run. */
  readonly archive: string | null
  /** Where nodes/ID led: only the link went. */
  readonly link: string | null
  /** What it held: freed with `free`, and otherwise still its own. */
  readonly holdings: Holdings
}

export type RetirePorts = {
  readonly admin: Pick<NodeAdmin, 'ids' | 'look' | 'archived' | 'retire' | 'alone'>
  readonly pools: readonly PoolAdmin[]
}

/**
 * Takes nodes away: each folder is archived, then gone in one step. Pool entries are freed last, so
 * that no other node gets what one that is still served holds; a process that dies in between leaves
 * them held.
 *
 * @param ids none twice
 * @throws ZtpError ZTP_UNKNOWN_NODE for any of them, or what a place of pools says when entries are
 *   to be freed: nothing is changed then; ZTP_STORE_FAILED
 */
export async function retireNodes(
  ids: readonly NodeId[],
  options: RetireOptions,
  ports: RetirePorts,
): Promise<readonly Retired[]> {
  return ports.admin.alone(async () => {
    const plans: Retired[] = []
    for (const id of ids) plans.push(await planFor(id, options, ports))
    if (options.dryRun) return plans
    const done: Retired[] = []
    for (const plan of plans) {
      try {
        done.push(await carryOut(plan, options, ports))
      } catch (thrown) {
        throw withDone(thrown, plan.id, done)
      }
    }
    return done
  })
}

/** Says of a failure how far it went. */
function withDone(thrown: unknown, id: NodeId, done: readonly Retired[]): unknown {
  if (!(thrown instanceof ZtpError)) return thrown
  const before =
    done.length === 0 ? '' : `; done before that: ${done.map((each) => each.id).join(', ')}`
  return new ZtpError(thrown.code, `${id}: ${thrown.message}${before}`, thrown)
}

async function planFor(
  id: NodeId,
  { free }: RetireOptions,
  { admin, pools }: RetirePorts,
): Promise<Retired> {
  const place = await admin.look(id)
  const holdings = await holdingsOf(id, pools)
  const [failed] = holdings.failures
  if (free && failed !== undefined) {
    const message = `the ${failed.kind} pools cannot be asked what ${id} holds: ${failed.reason}`
    throw new ZtpError('ZTP_STORE_FAILED', message)
  }
  // A process that died had taken the folder away, and what the node held is still to be freed.
  const unfinished = free && holdings.held.length > 0 && (await admin.archived(id)) !== undefined
  if (place === undefined && !unfinished) throw await unknownNode(id, admin)
  return { id, archive: null, link: place?.link ?? null, holdings }
}

async function carryOut(
  plan: Retired,
  { kind, free }: RetireOptions,
  { admin, pools }: RetirePorts,
): Promise<Retired> {
  const { id } = plan
  const archive = await admin.retire(id, { kind }, { versions: kind === 'removed' })
  if (free) {
    for (const place of pools) {
      if ((await heldIn(id, place)).length > 0) await place.freeNode(id, { dryRun: false })
    }
  }
  return { ...plan, archive: archive ?? null }
}
