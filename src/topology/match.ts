import type { Diagnostic } from '../kernel/diagnostic.ts'
import type { NodeId } from '../node/identity.ts'
import type { NodeReport } from '../node/report.ts'
import { candidateEntries } from './candidates.ts'
import { hold, type Subject } from './hold.ts'
import { Judge } from './judge.ts'
import type {
  CompiledPattern,
  DefiningPattern,
  Neighbordb,
  PatternEntry,
  RegexQuestion,
  RegexVerdicts,
} from './neighbordb.ts'
import { reasonFor } from './reason.ts'
import { sightOf } from './sight.ts'

/** Come again with answers to these: what was asked before must be among the verdicts then too. */
export type Ask = { readonly kind: 'ask'; readonly questions: readonly RegexQuestion[] }

/** What neighbordb says of a node. */
export type Finding =
  | { readonly kind: 'matched'; readonly pattern: DefiningPattern }
  | { readonly kind: 'unmatched' }
  /** The node got as far as a pattern that is invalid, and might have been meant for it. */
  | {
      readonly kind: 'invalid'
      /** Its name; empty where it has none. */
      readonly pattern: string
      readonly line: number
      readonly diagnostics: readonly Diagnostic[]
    }
  | Ask

/**
 * Finds the pattern for a node: the first one that names it, alone; without such a pattern, the
 * first of all patterns without `node`, in the file's order, that matches. An invalid pattern that
 * is reached ends the search.
 *
 * @param verdicts answers to the questions of earlier attempts
 */
export function findPattern(
  db: Neighbordb,
  nodeId: NodeId,
  report: NodeReport,
  verdicts: RegexVerdicts,
): Finding {
  const judge = new Judge(verdicts)
  const subject = { report, sight: sightOf(report) }
  const own = db.byNode.get(nodeId)
  const entries = own === undefined ? candidateEntries(db, subject.sight) : [own]
  let open = false
  for (const entry of entries) {
    const found = decide(entry, subject, judge)
    if (found === undefined) continue
    if (found.kind !== 'ask') return open ? { kind: 'ask', questions: judge.questions } : found
    open = true
    if (judge.isFull) break
  }
  return open ? { kind: 'ask', questions: judge.questions } : { kind: 'unmatched' }
}

/** @returns undefined when the entry is passed over */
function decide(entry: PatternEntry, subject: Subject, judge: Judge): Finding | undefined {
  if (entry.kind === 'invalid') {
    const { name, line, diagnostics } = entry.pattern
    return { kind: 'invalid', pattern: name, line, diagnostics }
  }
  const { kind } = hold(entry.pattern, subject, judge)
  if (kind === 'miss') return undefined
  return kind === 'match' ? { kind: 'matched', pattern: entry.pattern } : ASK
}

const ASK: Ask = { kind: 'ask', questions: [] }

/**
 * Whether a node satisfies one pattern, that of its folder for instance; the pattern's `node` is not
 * compared.
 *
 * @param verdicts answers to the questions of earlier attempts
 */
export function matchPattern(
  pattern: CompiledPattern,
  report: NodeReport,
  verdicts: RegexVerdicts,
): { readonly kind: 'matched' } | { readonly kind: 'unmatched'; readonly reason: string } | Ask {
  const judge = new Judge(verdicts)
  const subject = { report, sight: sightOf(report) }
  const standing = hold(pattern, subject, judge)
  if (standing.kind === 'asked') return { kind: 'ask', questions: judge.questions }
  if (standing.kind === 'match') return { kind: 'matched' }
  return { kind: 'unmatched', reason: reasonFor(standing.miss, pattern, subject, judge) }
}
