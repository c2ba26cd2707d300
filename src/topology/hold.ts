import type { NodeReport } from '../node/report.ts'
import { unassignable } from './assign.ts'
import type { Check, PatternChecks } from './checks.ts'
import type { Judge } from './judge.ts'
import type { CompiledPattern } from './neighbordb.ts'
import type { Seen, Sight } from './sight.ts'

/** The node that a pattern is held against. */
export type Subject = { readonly report: NodeReport; readonly sight: Sight }

/** The first reason why a pattern does not match, in a form that costs nothing. */
export type Miss =
  | { readonly kind: 'model' }
  /** Something is seen that must not be. */
  | { readonly kind: 'forbidden'; readonly check: Check; readonly seen: Seen }
  /** No interface satisfies the check. */
  | { readonly kind: 'unsatisfied'; readonly check: Check }
  /** Every interface that satisfies the check must serve another one. */
  | { readonly kind: 'taken'; readonly check: Check }

/** How a pattern stands to a node; `asked` when that hangs on the judge's questions. */
export type Standing =
  | { readonly kind: 'match' }
  | { readonly kind: 'miss'; readonly miss: Miss }
  | { readonly kind: 'asked' }

const MATCH: Standing = { kind: 'match' }
const ASKED: Standing = { kind: 'asked' }

/**
 * Holds a pattern against a node, apart from its `node`. In this order, and the first failure
 * decides: the model; the negative interface patterns; the positive ones of given interfaces; the
 * positive ones of any interface, each of which needs an interface to itself.
 */
export function hold(pattern: CompiledPattern, subject: Subject, judge: Judge): Standing {
  const checks = pattern.checks()
  const miss = firstMiss(checks, subject, judge)
  if (judge.takeAsked()) {
    askEverything(checks, subject, judge)
    return ASKED
  }
  return miss === undefined ? MATCH : { kind: 'miss', miss }
}

function firstMiss(checks: PatternChecks, subject: Subject, judge: Judge): Miss | undefined {
  const { model, negative, placed, anywhere } = checks
  if (model !== undefined && !modelMatches(checks, subject, judge)) return { kind: 'model' }
  for (const check of negative) {
    const seen = interfacesOf(check, subject.sight).find((each) => serves(check, each, judge))
    if (seen !== undefined) return { kind: 'forbidden', check, seen }
  }
  const used = new Set<string>()
  for (const check of placed) {
    const [seen] = interfacesOf(check, subject.sight)
    if (seen === undefined || !serves(check, seen, judge)) return { kind: 'unsatisfied', check }
    if (used.has(seen.local)) return { kind: 'taken', check }
    used.add(seen.local)
  }
  return anywhere.length === 0 ? undefined : missAnywhere(anywhere, used, subject, judge)
}

/** A node that reports no model has none that could match. */
function modelMatches({ model }: PatternChecks, { report }: Subject, judge: Judge): boolean {
  return model === undefined || (report.model !== null && judge.matches(model, report.model))
}

/**
 * A check with as many candidates as there are checks finds one left over whatever the others take,
 * so no more candidates are looked for, and only the others need the matching.
 */
function missAnywhere(
  checks: readonly Check[],
  used: ReadonlySet<string>,
  { sight }: Subject,
  judge: Judge,
): Miss | undefined {
  const scarce: { readonly check: Check; readonly candidates: readonly Seen[] }[] = []
  const known = new Map<Check, readonly Seen[]>()
  for (const check of checks) {
    const candidates = known.get(check) ?? candidatesFor(check, used, sight, checks.length, judge)
    known.set(check, candidates)
    if (candidates.length < checks.length) scarce.push({ check, candidates })
    if (candidates.length > 0) continue
    const elsewhere = [...used].some((local) => {
      const seen = sight.get(local)
      return seen !== undefined && serves(check, seen, judge)
    })
    return { kind: elsewhere ? 'taken' : 'unsatisfied', check }
  }
  const failed = scarce[unassignable(scarce.map(({ candidates }) => candidates)) ?? -1]
  return failed === undefined ? undefined : { kind: 'taken', check: failed.check }
}

function candidatesFor(
  check: Check,
  used: ReadonlySet<string>,
  sight: Sight,
  limit: number,
  judge: Judge,
): readonly Seen[] {
  const candidates: Seen[] = []
  for (const seen of sight.values()) {
    if (candidates.length >= limit) break
    if (!used.has(seen.local) && serves(check, seen, judge)) candidates.push(seen)
  }
  return candidates
}

/** Of several neighbours on an interface, any will do. */
function serves(check: Check, { neighbors }: Seen, judge: Judge): boolean {
  return neighbors.some((each) => judge.accepts(check, each))
}

/** The interfaces with neighbours that a check speaks of. */
export function interfacesOf({ local }: Check, sight: Sight): readonly Seen[] {
  if (local === undefined) return [...sight.values()]
  const seen = sight.get(local)
  return seen === undefined ? [] : [seen]
}

/** Asks all that the pattern could want to know, so that the next round is the last. */
function askEverything(checks: PatternChecks, subject: Subject, judge: Judge): void {
  modelMatches(checks, subject, judge)
  for (const check of [...checks.negative, ...checks.placed, ...checks.anywhere]) {
    for (const { neighbors } of interfacesOf(check, subject.sight)) {
      for (const { device, port } of neighbors) {
        judge.passes(check.device, device)
        judge.passes(check.port, port)
      }
      if (judge.isFull) break
    }
  }
  judge.takeAsked()
}
