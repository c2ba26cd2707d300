import type { Definition } from '../definition/definition.ts'
import { staticDefinition } from '../definition/static.ts'
import { formatDiagnostic, type Loaded } from '../kernel/diagnostic.ts'
import { ZtpError } from '../kernel/errors.ts'
import type { ValueMap } from '../kernel/value.ts'
import type { NodeId } from '../node/identity.ts'
import type { NodeReport } from '../node/report.ts'
import { matchPattern } from '../topology/match.ts'
import type { AnswerMemory } from './answer-memory.ts'
import { askUntilDecided } from './decide.ts'
import { type PluginCallPorts, startPluginCalls } from './plugin-calls.ts'
import type { NodeFolder, NodeStore, SlowRegex } from './ports.ts'
import { orRefuse, type Refusal, refuse } from './refusal.ts'

export type ServeDefinitionPorts = PluginCallPorts & {
  readonly nodes: NodeStore
  readonly answers: AnswerMemory
  readonly slowRegex: SlowRegex
  readonly validateTopology: boolean
  /** The URL of a node's startup-config on this server. */
  readonly startupConfigUrl: (id: NodeId) => string
}

/** The definition as JSON text, or why the node gets none. */
export type ServedDefinition = { readonly kind: 'definition'; readonly json: string } | Refusal

/** GET /nodes/ID: what the node shall do (provisioning.md, "what shall I do?"). */
export async function serveDefinition(
  id: NodeId,
  ports: ServeDefinitionPorts,
): Promise<ServedDefinition> {
  return orRefuse<ServedDefinition>(ports.events, id, async () => {
    const folder = await ports.nodes.load(id)
    if (folder === undefined) {
      throw new ZtpError('ZTP_UNKNOWN_NODE', `node ${id} is not known to this server`)
    }
    const report = demand(folder.report, 'ZTP_UNKNOWN_NODE', 'the node never said who it is: .node')
    const mismatch = await validateTopology(id, folder, report, ports)
    if (mismatch !== undefined) return mismatch
    const definition = definitionFor(id, folder, ports)
    return sendDefinition(id, { definition, folder, report }, ports)
  })
}

function demand<T>(
  loaded: Loaded<T>,
  code: 'ZTP_UNKNOWN_NODE' | 'ZTP_TOPOLOGY_MISMATCH' | 'ZTP_INVALID_DEFINITION',
  what: string,
): T {
  if (loaded.kind === 'loaded') return loaded.value
  if (loaded.kind === 'absent') throw new ZtpError(code, `${what} is missing`)
  throw new ZtpError(
    code,
    `${what} cannot be read: ${loaded.diagnostics.map(formatDiagnostic).join('; ')}`,
  )
}

/** @returns the refusal, or undefined when the node is cabled as its pattern says */
async function validateTopology(
  id: NodeId,
  folder: NodeFolder,
  report: NodeReport,
  { events, slowRegex, validateTopology }: ServeDefinitionPorts,
): Promise<Refusal | undefined> {
  if (!validateTopology) {
    events.emit({ kind: 'topology-not-validated', nodeId: id })
    return undefined
  }
  const pattern = demand(
    folder.pattern,
    'ZTP_TOPOLOGY_MISMATCH',
    'node failed pattern validation (pattern): its pattern',
  )
  const outcome = await askUntilDecided(slowRegex, (verdicts) =>
    matchPattern(pattern, report, verdicts),
  )
  if (outcome.kind === 'matched') return undefined
  const reason = `node failed pattern validation (${pattern.name}): ${outcome.reason}`
  return refuse(events, id, { code: 'ZTP_TOPOLOGY_MISMATCH', reason })
}

function definitionFor(
  id: NodeId,
  folder: NodeFolder,
  { startupConfigUrl }: ServeDefinitionPorts,
): Definition {
  if (!folder.hasStartupConfig)
    return demand(folder.definition, 'ZTP_INVALID_DEFINITION', 'its definition')
  const definition =
    folder.definition.kind === 'absent'
      ? undefined
      : demand(folder.definition, 'ZTP_INVALID_DEFINITION', 'its definition')
  return staticDefinition(startupConfigUrl(id), definition)
}

type Ready = {
  readonly definition: Definition
  readonly folder: NodeFolder
  readonly report: NodeReport
}

/** One for all nodes without the file, so that their answers are known to be the same. */
const NO_ATTRIBUTES: ValueMap = new Map()

async function sendDefinition(
  id: NodeId,
  { definition, folder, report }: Ready,
  ports: ServeDefinitionPorts,
): Promise<ServedDefinition> {
  const attributes: ValueMap =
    folder.attributes.kind === 'absent'
      ? NO_ATTRIBUTES
      : demand(folder.attributes, 'ZTP_INVALID_DEFINITION', 'its attributes file')
  const calls = startPluginCalls({ id, report }, ports)
  try {
    const json = await ports.answers.jsonOf(definition, attributes, calls.make)
    const actions = definition.actions.map((each) => each.action)
    ports.events.emit({ kind: 'definition-sent', nodeId: id, actions })
    return { kind: 'definition', json }
  } catch (thrown) {
    await calls.giveBack()
    throw thrown
  } finally {
    calls.end()
  }
}
