import { formatDiagnostic } from '../kernel/diagnostic.ts'
import type { NodeId } from '../node/identity.ts'
import type { NodeReport } from '../node/report.ts'
import { explain, renderTrace } from '../topology/explain.ts'
import type { Neighbordb } from '../topology/neighbordb.ts'
import { askUntilDecided } from './decide.ts'
import { type IdentifyOptions, identify } from './identify.ts'
import type { Library, SlowRegex } from './ports.ts'

export type ExplainPorts = IdentifyOptions & {
  readonly library: Pick<Library, 'neighbordb'>
  readonly slowRegex: SlowRegex
}

/**
 * Why neighbordb has the place for a switch that it has, or none.
 *
 * @param body what the switch would post
 * @returns a line for each pattern
 */
export async function explainReport(body: string, ports: ExplainPorts): Promise<readonly string[]> {
  const identified = identify(body, ports)
  if (identified.kind === 'problem') return [identified.reason]
  const loaded = await ports.library.neighbordb()
  if (loaded.kind === 'absent') return ['there is no neighbordb']
  if (loaded.kind === 'broken') return loaded.diagnostics.map(formatDiagnostic)
  return explainNode(loaded.value, identified.id, identified.report, ports.slowRegex)
}

/** The trace of a decision, a line for each pattern. */
export async function explainNode(
  neighbordb: Neighbordb,
  id: NodeId,
  report: NodeReport,
  slowRegex: SlowRegex,
): Promise<readonly string[]> {
  const { trace } = await askUntilDecided(slowRegex, (verdicts) =>
    explain(neighbordb, id, report, verdicts),
  )
  return renderTrace(trace)
}
