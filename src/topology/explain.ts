import type { NodeId } from '../node/identity.ts'
import type { NodeReport } from '../node/report.ts'
import { hold, type Subject } from './hold.ts'
import { Judge } from './judge.ts'
import type { Ask } from './match.ts'
import type { Neighbordb, PatternEntry, RegexVerdicts } from './neighbordb.ts'
import { reasonFor } from './reason.ts'
import { sightOf } from './sight.ts'

/** Why a node gets the pattern it gets, or none. */
export type Trace = {
  readonly nodeId: NodeId
  /** Whether a pattern names the node, so that no other was tried. */
  readonly named: boolean
  /** What ended the search; null when all were passed over. */
  readonly end: {
    readonly kind: 'matched' | 'invalid'
    readonly pattern: string
    readonly line: number
    /** Why it is invalid. */
    readonly reasons: readonly string[]
  } | null
  readonly passedOver: readonly PassedOver[]
}

/** A pattern that was tried in vain, and its first reason. */
type PassedOver = {
  readonly pattern: string
  readonly line: number
  readonly reason: string
}

export type Explanation = { readonly kind: 'explained'; readonly trace: Trace } | Ask

/**
 * The decision of `findPattern`, with the reason why each pattern before was passed over.
 *
 * Holds every pattern against the node, those too that the index spares `findPattern`.
 */
export function explain(
  db: Neighbordb,
  nodeId: NodeId,
  report: NodeReport,
  verdicts: RegexVerdicts,
): Explanation {
  const judge = new Judge(verdicts)
  const subject = { report, sight: sightOf(report) }
  const own = db.byNode.get(nodeId)
  const entries = own === undefined ? db.entries.filter(isGlobal) : [own]
  const passedOver: PassedOver[] = []
  let end: Trace['end'] = null
  let open = false
  for (const entry of entries) {
    const step = explainOne(entry, subject, judge)
    if (step === 'asked') open = true
    else if ('reason' in step) passedOver.push(step)
    else end = step
    if (end !== null || judge.isFull) break
  }
  if (open) return { kind: 'ask', questions: judge.questions }
  return { kind: 'explained', trace: { nodeId, named: own !== undefined, end, passedOver } }
}

function explainOne(
  entry: PatternEntry,
  subject: Subject,
  judge: Judge,
): PassedOver | NonNullable<Trace['end']> | 'asked' {
  const { name: pattern, line } = entry.pattern
  if (entry.kind === 'invalid') {
    const errors = entry.pattern.diagnostics.filter(({ severity }) => severity === 'error')
    return { kind: 'invalid', pattern, line, reasons: errors.map(({ message }) => message) }
  }
  const standing = hold(entry.pattern, subject, judge)
  if (standing.kind === 'asked') return 'asked'
  if (standing.kind === 'match') return { kind: 'matched', pattern, line, reasons: [] }
  return { pattern, line, reason: reasonFor(standing.miss, entry.pattern, subject, judge) }
}

function isGlobal(entry: PatternEntry): boolean {
  return entry.kind === 'valid' ? entry.pattern.source.node === null : entry.pattern.scope === 'all'
}

/** The trace as lines for a log or a terminal. */
export function renderTrace({ nodeId, named, end, passedOver }: Trace): readonly string[] {
  return [
    ...(named ? [`a pattern names node ${nodeId}; no other is tried`] : []),
    ...passedOver.map(
      ({ pattern, line, reason }) => `${title(pattern, line)} does not match: ${reason}`,
    ),
    ...(end === null ? ['no pattern matches'] : endLines(end)),
  ]
}

function endLines({ kind, pattern, line, reasons }: NonNullable<Trace['end']>): readonly string[] {
  if (kind === 'matched') return [`${title(pattern, line)} matches`]
  return [`${title(pattern, line)} is invalid, and ends the search: ${reasons.join('; ')}`]
}

function title(pattern: string, line: number): string {
  return pattern === '' ? `pattern on line ${line}` : `pattern '${pattern}' (line ${line})`
}
