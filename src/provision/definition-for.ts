import type { Definition } from '../definition/definition.ts'
import { staticDefinition } from '../definition/static.ts'
import { formatDiagnostic, type Loaded } from '../kernel/diagnostic.ts'
import { ZtpError } from '../kernel/errors.ts'
import type { NodeId } from '../node/identity.ts'
import type { NodeReport } from '../node/report.ts'
import { matchPattern } from '../topology/match.ts'
import { askUntilDecided } from './decide.ts'
import type { NodeFolder, SlowRegex } from './ports.ts'
import type { Problem } from './refusal.ts'

export type AnswerPorts = {
  readonly slowRegex: SlowRegex
  readonly validateTopology: boolean
  /** The URL of a node's startup-config on this server. */
  readonly startupConfigUrl: (id: NodeId) => string
}

/**
 * What a file of the node's folder says.
 *
 * @throws ZtpError of the code when it is absent or broken
 */
export function demand<T>(
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

/** @throws ZtpError ZTP_UNKNOWN_NODE */
export function reportOf({ report }: NodeFolder): NodeReport {
  return demand(report, 'ZTP_UNKNOWN_NODE', 'the node never said who it is: .node')
}

/**
 * @returns why the node is not cabled as its pattern says; undefined when it is, or nobody asks
 * @throws ZtpError ZTP_TOPOLOGY_MISMATCH without a pattern that can be read
 */
export async function topologyMismatch(
  folder: NodeFolder,
  report: NodeReport,
  { slowRegex, validateTopology }: Pick<AnswerPorts, 'slowRegex' | 'validateTopology'>,
): Promise<Problem | undefined> {
  if (!validateTopology) return undefined
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
  return { code: 'ZTP_TOPOLOGY_MISMATCH', reason }
}

/**
 * The definition of a node, its attributes not yet resolved (provisioning.md, "what shall I do?").
 *
 * @throws ZtpError ZTP_INVALID_DEFINITION
 */
export function definitionFor(
  id: NodeId,
  folder: NodeFolder,
  { startupConfigUrl }: Pick<AnswerPorts, 'startupConfigUrl'>,
): Definition {
  if (!folder.hasStartupConfig)
    return demand(folder.definition, 'ZTP_INVALID_DEFINITION', 'its definition')
  const definition =
    folder.definition.kind === 'absent'
      ? undefined
      : demand(folder.definition, 'ZTP_INVALID_DEFINITION', 'its definition')
  return staticDefinition(startupConfigUrl(id), definition)
}
