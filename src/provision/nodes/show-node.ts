import type { ErrorCode } from '../../kernel/errors.ts'
import { ZtpError } from '../../kernel/errors.ts'
import type { NodeId } from '../../node/identity.ts'
import type { NodeReport } from '../../node/report.ts'
import type { PoolAdmin } from '../../resource/pool-admin.ts'
import { type AnswerPorts, definitionFor, reportOf, topologyMismatch } from '../definition-for.ts'
import type { NodeFolder, NodeStore } from '../ports.ts'
import { type Holdings, holdingsOf } from './holdings.ts'
import { unknownNode } from './known-node.ts'
import type { ConfigVersion, NodeAdmin, NodePlace } from './ports.ts'
import { type NodeSummary, summarise } from './summary.ts'

/** What a node would be told now. */
export type Outlook =
  /** It has not reported yet: until it does there is nothing to say. */
  | { readonly kind: 'waiting' }
  | {
      readonly kind: 'definition'
      readonly name: string | null
      readonly actions: readonly string[]
    }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly reason: string }

/** Everything about a node. */
export type NodeDetails = NodeSummary & {
  readonly place: NodePlace
  readonly report: NodeReport | null
  /** Oldest first. */
  readonly versions: readonly ConfigVersion[]
  readonly holdings: Holdings
  readonly outlook: Outlook
}

export type ShowNodePorts = AnswerPorts & {
  readonly nodes: Pick<NodeStore, 'load'>
  readonly admin: Pick<NodeAdmin, 'ids' | 'look' | 'versions' | 'archived'>
  readonly pools: readonly PoolAdmin[]
}

/**
 * Only looks.
 *
 * @throws ZtpError ZTP_UNKNOWN_NODE, ZTP_STORE_FAILED
 */
export async function showNode(id: NodeId, ports: ShowNodePorts): Promise<NodeDetails> {
  const { nodes, admin, pools } = ports
  const [place, folder] = await Promise.all([admin.look(id), nodes.load(id)])
  if (place === undefined || folder === undefined) throw await unknownNode(id, admin)
  const [versions, holdings, outlook] = await Promise.all([
    admin.versions(id),
    holdingsOf(id, pools),
    outlookOf(id, folder, ports),
  ])
  const report = folder.report.kind === 'loaded' ? folder.report.value : null
  return { ...summarise(id, place, folder), place, report, versions, holdings, outlook }
}

/** What GET /nodes/ID would answer, but for what only a plugin can tell. */
async function outlookOf(id: NodeId, folder: NodeFolder, ports: AnswerPorts): Promise<Outlook> {
  try {
    if (folder.report.kind === 'absent') return { kind: 'waiting' }
    const mismatch = await topologyMismatch(folder, reportOf(folder), ports)
    if (mismatch !== undefined) return { kind: 'refused', ...mismatch }
    const { name, actions } = definitionFor(id, folder, ports)
    return { kind: 'definition', name: name ?? null, actions: actions.map((each) => each.action) }
  } catch (thrown) {
    if (!(thrown instanceof ZtpError)) throw thrown
    return { kind: 'refused', code: thrown.code, reason: thrown.message }
  }
}
