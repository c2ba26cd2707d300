import type { NodeId } from '../node/identity.ts'
import type { EventSink, NodeStore } from './ports.ts'
import { orRefuse, type Refusal, refuse } from './refusal.ts'

export type ReadConfigPorts = { readonly nodes: NodeStore; readonly events: EventSink }

/** GET /nodes/ID/startup-config: the bytes, or why there are none. */
export async function readStartupConfig(
  id: NodeId,
  { nodes, events }: ReadConfigPorts,
): Promise<Uint8Array | Refusal> {
  return orRefuse<Uint8Array | Refusal>(events, id, async () => {
    const found = await nodes.startupConfig(id)
    if (found !== undefined) return found
    const reason = `node ${id} has no startup-config on this server`
    return refuse(events, id, { code: 'ZTP_UNKNOWN_NODE', reason })
  })
}
