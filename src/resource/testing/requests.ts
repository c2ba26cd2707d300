import { type NodeId, parseNodeId } from '../../node/identity.ts'
import type { PluginRequest } from '../plugin.ts'

/** A text that is known to be a node id. */
export function nodeId(text: string): NodeId {
  const id = parseNodeId(text)
  if (id === undefined) throw new Error(`${text} is no node id`)
  return id
}

/** A call by a node that reported nothing else. */
export function request(id: string, pool: string, label?: string): PluginRequest {
  const report = {
    model: null,
    serialnumber: id,
    systemmac: null,
    version: null,
    neighbors: new Map(),
  }
  return { nodeId: nodeId(id), pool, report, ...(label === undefined ? {} : { label }) }
}
