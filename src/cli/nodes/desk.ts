import type { NodeAdmin } from '../../provision/nodes/ports.ts'
import type { Library, NodeStore } from '../../provision/ports.ts'

/** What the commands about nodes work with. */
export type NodesDesk = {
  readonly nodes: NodeStore
  readonly admin: NodeAdmin
  readonly library: Library
  close(): Promise<void>
}
