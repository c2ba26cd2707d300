import { reasonOf } from '../kernel/errors.ts'
import type { Logger } from '../kernel/logger.ts'
import type { NodeId } from '../node/identity.ts'
import type { PoolStore } from '../resource/pool-port.ts'
import type { ConfigHandlers, EventSink, NodeStore } from './ports.ts'
import { orRefuse, type Refusal, refuse } from './refusal.ts'

export type SaveConfigPorts = {
  readonly nodes: NodeStore
  readonly pools: Pick<PoolStore, 'confirm'>
  readonly handlers: ConfigHandlers
  readonly events: EventSink
  readonly logger: Logger
}

export type SavedConfig = { readonly kind: 'created' | 'replaced' } | Refusal

/**
 * PUT /nodes/ID/startup-config: keeps the configuration for the day the switch is replaced.
 *
 * Answers as soon as it is on disk. What follows, the node's config-handler and the confirmation of
 * its pool entries, neither delays nor fails the request.
 */
export async function saveStartupConfig(
  id: NodeId,
  body: Uint8Array,
  ports: SaveConfigPorts,
): Promise<SavedConfig> {
  const { nodes, events, handlers } = ports
  return orRefuse<SavedConfig>(events, id, async () => {
    if (body.length === 0) {
      const reason = 'the startup-config sent is empty: nothing was stored'
      return refuse(events, id, { code: 'ZTP_BAD_REQUEST', reason })
    }
    const kind = await nodes.saveStartupConfig(id, body)
    if (kind === 'unknown') {
      const reason = `node ${id} is not known to this server: its startup-config was not stored`
      return refuse(events, id, { code: 'ZTP_UNKNOWN_NODE', reason })
    }
    events.emit({
      kind: 'startup-config-saved',
      nodeId: id,
      bytes: body.length,
      replaced: kind === 'replaced',
    })
    handlers.startupConfigSaved(id)
    confirmEntries(id, ports)
    return { kind }
  })
}

function confirmEntries(id: NodeId, { pools, logger }: SaveConfigPorts): void {
  pools.confirm(id).catch((thrown: unknown) => {
    logger.warn(`${id}: its pool entries stay marked as reserved: ${reasonOf(thrown)}`)
  })
}
