import type { Loaded } from '../kernel/diagnostic.ts'
import { ZtpError } from '../kernel/errors.ts'
import type { NodeId } from '../node/identity.ts'
import type { NodeReport } from '../node/report.ts'
import { findPattern } from '../topology/match.ts'
import type { DefiningPattern, Neighbordb } from '../topology/neighbordb.ts'
import { renderPatternFile } from '../topology/pattern-file.ts'
import { askUntilDecided } from './decide.ts'
import { explainNode } from './explain-report.ts'
import { type IdentifyOptions, identify } from './identify.ts'
import type { EventSink, Library, NewNode, NodeStore, SlowRegex } from './ports.ts'
import { orRefuse, type Problem, problemOf, type Refusal, refuse } from './refusal.ts'

export type RegisterPorts = IdentifyOptions & {
  readonly nodes: NodeStore
  readonly library: Library
  readonly slowRegex: SlowRegex
  readonly events: EventSink
}

/** What became of a switch that said who it is. */
export type Registration =
  | { readonly kind: 'known'; readonly id: NodeId }
  | { readonly kind: 'created'; readonly id: NodeId }
  | Refusal

/**
 * POST /nodes: finds or makes the node's place on the server (provisioning.md, "who are you?").
 *
 * @param body the request body, as text
 * @throws ZtpError ZTP_STORE_FAILED when the disk refuses
 */
export async function registerNode(body: string, ports: RegisterPorts): Promise<Registration> {
  const identified = identify(body, ports)
  if (identified.kind === 'problem') {
    ports.events.emit({ kind: 'bad-report', reason: identified.reason })
    return { kind: 'refused', code: identified.code, reason: identified.reason }
  }
  const { id, report, config } = identified
  ports.events.emit({ kind: 'beginning', nodeId: id })
  return orRefuse<Registration>(ports.events, id, async () => {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
      const registration = await placeNode({ id, report, config }, ports)
      if (registration !== 'vanished') return registration
    }
    throw new ZtpError('ZTP_STORE_FAILED', 'the folder of the node comes and goes')
  })
}

/** An operator may take a folder away while its node posts: the next attempt sees it gone. */
const MOST_ATTEMPTS = 5

type Posted = {
  readonly id: NodeId
  readonly report: NodeReport
  readonly config: string | undefined
}

/** @returns `vanished` when the node's folder went meanwhile */
async function placeNode(
  { id, report, config }: Posted,
  ports: RegisterPorts,
): Promise<Registration | 'vanished'> {
  const state = await ports.nodes.state(id)
  if (state === 'configured') return knownNode(id, report, ports)
  if (state === 'empty') return emptyNode(id, ports)
  return config === undefined
    ? placeByNeighbordb(id, report, ports)
    : createNode(id, { report, startupConfig: new TextEncoder().encode(config) }, ports)
}

async function knownNode(
  id: NodeId,
  report: NodeReport,
  { nodes, events }: RegisterPorts,
): Promise<Registration | 'vanished'> {
  if ((await nodes.saveReport(id, report)) === 'unknown') return 'vanished'
  events.emit({ kind: 'known', nodeId: id })
  return { kind: 'known', id }
}

function emptyNode(id: NodeId, { events }: RegisterPorts): Refusal {
  events.emit({ kind: 'not-configured', nodeId: id })
  const reason = 'node found on server, but no definition or startup-config configured'
  return { kind: 'refused', code: 'ZTP_NODE_NOT_CONFIGURED', reason }
}

async function createNode(
  id: NodeId,
  files: NewNode & { readonly report: NodeReport },
  ports: RegisterPorts,
): Promise<Registration | 'vanished'> {
  const outcome = await ports.nodes.create(id, files)
  // Another request, of this or another process, was first: it is a known node now.
  if (outcome === 'exists') return knownNode(id, files.report, ports)
  const by = files.startupConfig === undefined ? 'neighbordb' : 'startup-config'
  ports.events.emit({ kind: 'created', nodeId: id, by })
  return { kind: 'created', id }
}

async function placeByNeighbordb(
  id: NodeId,
  report: NodeReport,
  ports: RegisterPorts,
): Promise<Registration | 'vanished'> {
  const { events, library, slowRegex } = ports
  const loaded = await library.neighbordb()
  if (loaded.kind === 'absent') return unmatched(id, ['there is no neighbordb'], ports)
  if (loaded.kind === 'broken') {
    return refuse(
      events,
      id,
      problemOf('ZTP_INVALID_NEIGHBORDB', 'neighbordb cannot be read', loaded.diagnostics),
    )
  }
  const neighbordb = loaded.value
  const outcome = await askUntilDecided(slowRegex, (verdicts) =>
    findPattern(neighbordb, id, report, verdicts),
  )
  switch (outcome.kind) {
    case 'unmatched':
      return unmatched(id, await whyUnmatched(neighbordb, id, report, slowRegex), ports)
    case 'invalid':
      return refuse(
        events,
        id,
        problemOf(
          'ZTP_INVALID_NEIGHBORDB',
          `pattern '${outcome.pattern}' of neighbordb is invalid, and the node reached it`,
          outcome.diagnostics,
        ),
      )
    case 'matched':
      return createFromPattern(id, report, outcome.pattern, ports)
  }
}

async function createFromPattern(
  id: NodeId,
  report: NodeReport,
  pattern: DefiningPattern,
  ports: RegisterPorts,
): Promise<Registration | 'vanished'> {
  const { events, library } = ports
  events.emit({
    kind: 'matched',
    nodeId: id,
    pattern: pattern.name,
    definition: pattern.definition,
  })
  const definition = await library.definition(pattern.definition)
  if (definition.kind !== 'loaded') {
    return refuse(events, id, definitionProblem(pattern.definition, definition))
  }
  const configHandler = await handlerOf(pattern, library)
  if (configHandler === 'missing') {
    return refuse(events, id, {
      code: 'ZTP_MISSING_CONFIG_HANDLER',
      reason: `failed to find config-handler (${pattern.configHandler})`,
    })
  }
  const files = {
    report,
    definition: definition.value.bytes,
    pattern: renderPatternFile(pattern, report),
    ...(configHandler === undefined ? {} : { configHandler }),
  }
  return createNode(id, files, ports)
}

async function handlerOf(
  { configHandler }: DefiningPattern,
  library: Library,
): Promise<Uint8Array | undefined | 'missing'> {
  if (configHandler === null) return undefined
  return (await library.configHandler(configHandler)) ?? 'missing'
}

function definitionProblem(
  name: string,
  definition: Exclude<Loaded<unknown>, { kind: 'loaded' }>,
): Problem {
  return definition.kind === 'absent'
    ? { code: 'ZTP_MISSING_DEFINITION', reason: `failed to find definition (${name})` }
    : problemOf(
        'ZTP_INVALID_DEFINITION',
        `failed to load definition (${name})`,
        definition.diagnostics,
      )
}

/** Up to here an explanation costs less than the answer itself. */
const MOST_EXPLAINED = 500

async function whyUnmatched(
  neighbordb: Neighbordb,
  id: NodeId,
  report: NodeReport,
  slowRegex: SlowRegex,
): Promise<readonly string[]> {
  const { length } = neighbordb.entries
  if (length <= MOST_EXPLAINED) return explainNode(neighbordb, id, report, slowRegex)
  return [`${length} patterns passed over: ztps match NODE.json --explain gives each reason`]
}

function unmatched(
  id: NodeId,
  reasons: readonly string[],
  { events }: RegisterPorts,
): Registration {
  events.emit({ kind: 'unmatched', nodeId: id, reasons })
  const reason = 'node matched no patterns in neighbordb'
  return { kind: 'refused', code: 'ZTP_NO_MATCH', reason }
}
