import { joinUrl } from '../../config/server-url.ts'
import { escapeControls } from '../../kernel/escape-controls.ts'
import { nodeIdOfWord } from '../../provision/nodes/known-node.ts'
import type { ConfigVersion, NodeFile } from '../../provision/nodes/ports.ts'
import { type NodeDetails, type Outlook, showNode } from '../../provision/nodes/show-node.ts'
import { type CliCall, type CliCommand, JSON_OPTION, jsonText } from '../command.ts'
import { atDeskWithPools } from './at-desk.ts'
import { summaryJson } from './list.ts'
import { holdingLines, originText, timeJson, timeText } from './texts.ts'

/** `ztps nodes show ID`. */
async function show(call: CliCall): Promise<number> {
  const { words, options, io, deps } = call
  const [word = ''] = words
  return atDeskWithPools(call, 'read', async (desk, settings) => {
    const details = await showNode(nodeIdOfWord(word, settings.identifier), {
      ...desk,
      slowRegex: deps.slowRegex,
      validateTopology: !settings.disableTopologyValidation,
      startupConfigUrl: (id) => joinUrl(settings.serverUrl, `/nodes/${id}/startup-config`),
    })
    io.stdout.write(options.has('json') ? jsonText(detailsJson(details)) : detailsText(details))
    return 0
  })
}

function detailsText(node: NodeDetails): string {
  const { place, versions, problems } = node
  const blocks: readonly (readonly [string, readonly string[]])[] = [
    ['', factLines(node)],
    ['Neighbors', neighborLines(node)],
    ['Files', place.files.map(fileLine)],
    ['Replaced startup-configs', versions.map(versionLine)],
    ['Holds', holdingLines(node.holdings)],
    ['Problems', problems],
  ]
  return blocks
    .filter(([, lines]) => lines.length > 0)
    .map(([title, raw]) => {
      // What a switch says of itself, and of its neighbors, may be anything.
      const lines = raw.map(escapeControls)
      const indented = title === '' ? lines : [`${title}:`, ...lines.map((line) => `  ${line}`)]
      return `${indented.join('\n')}\n`
    })
    .join('\n')
}

function factLines(node: NodeDetails): readonly string[] {
  const { report, link } = node
  const facts: readonly (readonly [string, string | null])[] = [
    ['node', link === null ? node.id : `${node.id} -> ${link}`],
    ['state', node.state],
    ['folder', node.place.folder],
    ['model', node.model],
    ['EOS', node.version],
    ['serialnumber', report?.serialnumber ?? null],
    ['systemmac', report?.systemmac ?? null],
    ['definition', originText(node.definition)],
    ['pattern', node.pattern],
    ['last heard', timeText(node.lastHeard)],
    ['would get', outlookText(node)],
  ]
  return facts.flatMap(([name, text]) => (text === null ? [] : [`${`${name}:`.padEnd(14)}${text}`]))
}

function outlookText({ outlook, state }: NodeDetails): string {
  if (state === 'empty') return 'a refusal: it has neither definition nor startup-config'
  return outlookSentence(outlook)
}

function outlookSentence(outlook: Outlook): string {
  switch (outlook.kind) {
    case 'waiting':
      return 'nothing before it reports who it is'
    case 'refused':
      return `a refusal: ${outlook.reason}`
    case 'definition': {
      const name = outlook.name === null ? 'the definition' : `'${outlook.name}'`
      return `${name}, actions: ${outlook.actions.join(', ') || 'none'}`
    }
  }
}

function neighborLines({ report }: NodeDetails): readonly string[] {
  return [...(report?.neighbors ?? [])].flatMap(([local, seen]) =>
    seen.map(({ device, port }) => `${local} - ${device} ${port}`),
  )
}

function fileLine({ name, bytes, modified, link }: NodeFile): string {
  const to = link === undefined ? '' : ` -> ${link}`
  return `${timeText(modified)}  ${String(bytes).padStart(8)}  ${name}${to}`
}

function versionLine({ replaced, bytes, sha256 }: ConfigVersion): string {
  return `${timeText(replaced)}  ${String(bytes).padStart(8)}  sha256 ${sha256}`
}

function detailsJson(node: NodeDetails) {
  const { place, report, versions, holdings, outlook } = node
  return {
    ...summaryJson(node),
    folder: place.folder,
    report: report && { ...report, neighbors: Object.fromEntries(report.neighbors) },
    files: place.files.map(({ name, bytes, modified, link = null }) => ({
      name,
      bytes,
      modified: timeJson(modified),
      link,
    })),
    versions: versions.map(({ replaced, bytes, sha256 }) => ({
      replaced: timeJson(replaced),
      bytes,
      sha256,
    })),
    holds: holdings.held,
    unreachable_pools: holdings.failures,
    outlook,
  }
}

export const showCommand: CliCommand = {
  name: 'show',
  summary: 'show all that the server knows of a node',
  about: [
    "Its last report and neighbors, the files of its folder, the startup-configs that were replaced (when, and their SHA-256), what it holds of the pools, and what it would be told if it asked now: whether its pattern matches what it last reported, and the definition's actions. Nothing is allocated. The text of a startup-config, which holds secrets, is not shown.",
    'With --json: what list gives, and {folder, report, files: [{name, bytes, modified, link}], versions: [{replaced, bytes, sha256}], holds: [{kind, pool, entry, label}], unreachable_pools: [{kind, reason}], outlook: {kind: "waiting"} | {kind: "definition", name, actions} | {kind: "refused", code, reason}}.',
  ],
  arguments: [{ name: '<ID>', help: 'a node id: serial number, or system MAC in any spelling' }],
  options: [JSON_OPTION],
  examples: [{ line: 'ztps nodes show JPE21430099', does: 'why is it refused?' }],
  run: show,
}
