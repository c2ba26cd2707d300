import { escapeControls } from '../../kernel/escape-controls.ts'
import { table } from '../../kernel/table.ts'
import { listNodes, NODE_STATES, type NodeSummary } from '../../provision/nodes/summary.ts'
import { type CliCall, type CliCommand, JSON_OPTION, jsonText } from '../command.ts'
import { atDesk } from './at-desk.ts'
import { originText, timeJson, timeText } from './texts.ts'

/** `ztps nodes list`. */
async function list(call: CliCall): Promise<number> {
  const { options, io } = call
  return atDesk(call, 'read', async (desk) => {
    const filter = {
      state: options.text('state'),
      definition: options.text('definition'),
      model: options.text('model'),
    }
    const found = await listNodes(filter, desk)
    io.stdout.write(
      options.has('json') ? jsonText({ nodes: found.map(summaryJson) }) : listText(found),
    )
    return 0
  })
}

const HEADING = [
  'node',
  'state',
  'model',
  'EOS',
  'definition',
  'pattern',
  'also has',
  'last heard',
  'neighbors',
]

function listText(nodes: readonly NodeSummary[]): string {
  if (nodes.length === 0) return 'no nodes\n'
  const problems = nodes.flatMap(({ id, problems }) => problems.map((each) => `${id}: ${each}`))
  // What a switch says of itself may be anything.
  const rows = nodes.map((node) => rowOf(node).map(escapeControls))
  const lines = [...table(HEADING, rows), ...(problems.length > 0 ? [''] : [])]
  return `${[...lines, ...problems.map(escapeControls)].join('\n')}\n`
}

function rowOf(node: NodeSummary): readonly string[] {
  const has = [node.hasStartupConfig && 'startup-config', node.hasAttributes && 'attributes']
  return [
    node.link === null ? node.id : `${node.id} -> ${node.link}`,
    node.state,
    node.model ?? '-',
    node.version ?? '-',
    originText(node.definition),
    node.pattern === null ? '-' : node.pattern || '(no name)',
    has.filter(Boolean).join(', ') || '-',
    timeText(node.lastHeard),
    node.neighbors === null ? '' : String(node.neighbors),
  ]
}

/** A node as programs get it from `list` and `show`. */
export function summaryJson(node: NodeSummary) {
  const { id, state, model, version, definition, pattern, neighbors, link, problems } = node
  return {
    id,
    state,
    model,
    version,
    definition,
    pattern,
    startup_config: node.hasStartupConfig,
    attributes: node.hasAttributes,
    last_heard: timeJson(node.lastHeard),
    neighbors,
    link,
    problems,
  }
}

export const listCommand: CliCommand = {
  name: 'list',
  summary: 'list the nodes that the server knows',
  about: [
    "A line for each folder in nodes/, in the order people expect: leaf2 before leaf10. The definition is named by the file of definitions/ that it is a copy of, or leads to; '(own)' is like none of them. 'last heard' is when the switch last reported who it is.",
    'States: prepared, before the first report; known, after it; empty, with neither definition nor startup-config, so that the switch is refused; broken, when a file cannot be read: the reason follows the table.',
    'With --json: {"nodes": [{id, state, model, version, definition: {kind: "copy"|"link"|"own", name}, pattern, startup_config, attributes, last_heard, neighbors, link, problems}]}; what is not known is null.',
  ],
  arguments: [],
  options: [
    { flags: '--state <STATE>', help: 'only nodes in this state', choices: NODE_STATES },
    {
      flags: '--definition <NAME>',
      help: 'only nodes with this definition, as definitions/ names it',
    },
    { flags: '--model <MODEL>', help: 'only switches of this model' },
    JSON_OPTION,
  ],
  examples: [
    { line: 'ztps nodes list', does: 'all of them' },
    { line: 'ztps nodes list --state prepared', does: 'which switches have not come up yet?' },
  ],
  run: list,
}
