import type { Definition } from '../definition/definition.ts'
import { ZtpError } from '../kernel/errors.ts'
import type { ValueMap } from '../kernel/value.ts'
import type { NodeId } from '../node/identity.ts'
import type { NodeReport } from '../node/report.ts'
import type { AnswerMemory } from './answer-memory.ts'
import {
  type AnswerPorts,
  definitionFor,
  demand,
  reportOf,
  topologyMismatch,
} from './definition-for.ts'
import { type PluginCallPorts, startPluginCalls } from './plugin-calls.ts'
import type { NodeFolder, NodeStore } from './ports.ts'
import { orRefuse, type Refusal, refuse } from './refusal.ts'

export type ServeDefinitionPorts = AnswerPorts &
  PluginCallPorts & {
    readonly nodes: NodeStore
    readonly answers: AnswerMemory
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
    const report = reportOf(folder)
    if (!ports.validateTopology) {
      ports.events.emit({ kind: 'topology-not-validated', nodeId: id })
    }
    const mismatch = await topologyMismatch(folder, report, ports)
    if (mismatch !== undefined) return refuse(ports.events, id, mismatch)
    const definition = definitionFor(id, folder, ports)
    return sendDefinition(id, { definition, folder, report }, ports)
  })
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
