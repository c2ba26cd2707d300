import { formatDiagnostic, type Loaded } from '../../kernel/diagnostic.ts'
import { ZtpError } from '../../kernel/errors.ts'
import type { NodeId } from '../../node/identity.ts'
import type { NodeFolder, NodeStore } from '../ports.ts'
import { inOrder } from '../validate/in-order.ts'
import type { DefinitionOrigin, NodeAdmin, NodePlace } from './ports.ts'

/**
 * What can be told of a node from its folder: `empty` without definition and startup-config, so that
 * it is refused; `prepared` before its first report; `known` after it; `broken` when a file of the
 * folder cannot be read.
 */
export type NodeState = 'empty' | 'prepared' | 'known' | 'broken'

export const NODE_STATES: readonly NodeState[] = ['empty', 'prepared', 'known', 'broken']

/** A line about a node. */
export type NodeSummary = {
  readonly id: NodeId
  readonly state: NodeState
  readonly model: string | null
  /** Of EOS. */
  readonly version: string | null
  readonly definition: DefinitionOrigin | null
  /** The name of its pattern: empty where it has none, null without a pattern that can be read. */
  readonly pattern: string | null
  readonly hasStartupConfig: boolean
  readonly hasAttributes: boolean
  /** When it reported last, ms since 1970. */
  readonly lastHeard: number | null
  readonly neighbors: number | null
  /** Where nodes/ID leads, if it is a symbolic link. */
  readonly link: string | null
  /** What cannot be read, and why. */
  readonly problems: readonly string[]
}

export type SummaryPorts = {
  readonly nodes: Pick<NodeStore, 'load'>
  readonly admin: Pick<NodeAdmin, 'ids' | 'look'>
}

/** What an operator looks for; what is left out is not asked. */
export type NodeFilter = {
  readonly state?: string | undefined
  /** Under definitions/. */
  readonly definition?: string | undefined
  readonly model?: string | undefined
}

/**
 * A line about every node that the filter lets through, in the order people expect.
 *
 * @throws ZtpError ZTP_STORE_FAILED when nodes/ itself cannot be read
 */
export async function listNodes(
  filter: NodeFilter,
  ports: SummaryPorts,
): Promise<readonly NodeSummary[]> {
  const found = await inOrder(await ports.admin.ids(), (id) => summaryOf(id, ports))
  return found.filter((each) => each !== undefined).filter((each) => isMeant(each, filter))
}

function isMeant(node: NodeSummary, { state, definition, model }: NodeFilter): boolean {
  return (
    (state === undefined || node.state === state) &&
    (definition === undefined || node.definition?.name === definition) &&
    (model === undefined || node.model === model)
  )
}

/** @returns undefined when the node went meanwhile */
async function summaryOf(id: NodeId, ports: SummaryPorts): Promise<NodeSummary | undefined> {
  try {
    const [place, folder] = await Promise.all([ports.admin.look(id), ports.nodes.load(id)])
    return place && folder && summarise(id, place, folder)
  } catch (thrown) {
    if (!(thrown instanceof ZtpError)) throw thrown
    return { ...NOTHING, id, problems: [thrown.message] }
  }
}

const NOTHING = {
  state: 'broken',
  model: null,
  version: null,
  definition: null,
  pattern: null,
  hasStartupConfig: false,
  hasAttributes: false,
  lastHeard: null,
  neighbors: null,
  link: null,
} as const

/** The line about a node. */
export function summarise(id: NodeId, place: NodePlace, folder: NodeFolder): NodeSummary {
  const report = folder.report.kind === 'loaded' ? folder.report.value : undefined
  const modified = place.files.find((each) => each.name === '.node')?.modified
  return {
    id,
    state: stateOf(folder),
    model: report?.model ?? null,
    version: report?.version ?? null,
    definition: place.definition ?? null,
    pattern: folder.pattern.kind === 'loaded' ? folder.pattern.value.name : null,
    hasStartupConfig: folder.hasStartupConfig,
    hasAttributes: folder.attributes.kind !== 'absent',
    lastHeard: modified === undefined ? null : Math.trunc(modified),
    neighbors: report === undefined ? null : countOf([...report.neighbors.values()]),
    link: place.link ?? null,
    problems: partsOf(folder).flatMap(problemsOf),
  }
}

function stateOf(folder: NodeFolder): NodeState {
  if (partsOf(folder).some((each) => each.kind === 'broken')) return 'broken'
  if (folder.definition.kind === 'absent' && !folder.hasStartupConfig) return 'empty'
  return folder.report.kind === 'absent' ? 'prepared' : 'known'
}

function partsOf(folder: NodeFolder): readonly Loaded<unknown>[] {
  return [folder.report, folder.pattern, folder.definition, folder.attributes]
}

function problemsOf(part: Loaded<unknown>): readonly string[] {
  return part.kind === 'broken' ? part.diagnostics.map(formatDiagnostic) : []
}

function countOf(lists: readonly (readonly unknown[])[]): number {
  return lists.reduce((sum, each) => sum + each.length, 0)
}
