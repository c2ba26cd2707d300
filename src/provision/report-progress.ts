import type { Clock } from '../kernel/clock.ts'
import type { NodeId } from '../node/identity.ts'
import type { PoolStore } from '../resource/pool-port.ts'
import type { EventSink, NodeStore } from './ports.ts'
import type { Progress } from './progress.ts'
import type { RateLimit } from './rate-limit.ts'
import { orRefuse, type Refusal } from './refusal.ts'

export type ReportProgressPorts = {
  readonly nodes: NodeStore
  readonly pools: Pick<PoolStore, 'confirm'>
  readonly events: EventSink
  readonly clock: Clock
  readonly rate: RateLimit
}

/**
 * Takes a progress report of a switch: an event of its node.
 *
 * The report that the run succeeded also confirms the node's pool entries.
 *
 * @returns undefined when it was taken
 */
export async function reportProgress(
  id: NodeId,
  progress: Progress,
  ports: ReportProgressPorts,
): Promise<Refusal | undefined> {
  const { nodes, pools, events, clock, rate } = ports
  // Refused before anything is logged or read: a switch gone wild must cost nothing.
  if (!rate.admits(id, clock.now())) {
    return { kind: 'refused', code: 'ZTP_TOO_MANY_EVENTS', reason: 'too many events: slow down' }
  }
  return orRefuse<Refusal | undefined>(events, id, async () => {
    if (!(await nodes.knows(id))) {
      const reason = `node ${id} is not known to this server`
      return { kind: 'refused', code: 'ZTP_UNKNOWN_NODE', reason }
    }
    events.emit({ kind: 'progress', nodeId: id, ...progress })
    if (isSuccess(progress)) await pools.confirm(id)
    return undefined
  })
}

function isSuccess({ stage, status }: Progress): boolean {
  return stage === 'bootstrap' && status === 'succeeded'
}
