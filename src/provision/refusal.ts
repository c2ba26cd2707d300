import { type Diagnostic, formatDiagnostic } from '../kernel/diagnostic.ts'
import { type ErrorCode, ZtpError } from '../kernel/errors.ts'
import type { NodeId } from '../node/identity.ts'
import type { EventSink } from './ports.ts'

/** A use case that ends without what the switch asked for: an expected outcome. */
export type Refusal = {
  readonly kind: 'refused'
  readonly code: ErrorCode
  /** One sentence for the operator. */
  readonly reason: string
}

/** Why, before it is known whom it concerns. */
export type Problem = {
  readonly code: ErrorCode
  readonly reason: string
  /** The places and steps behind the reason, a line each. */
  readonly details?: readonly string[]
}

/** Reports the problem as an event of the node and turns it into the answer. */
export function refuse(events: EventSink, nodeId: NodeId, problem: Problem): Refusal {
  const { code, reason, details = [] } = problem
  events.emit({ kind: 'refused', nodeId, code, reason, details })
  return { kind: 'refused', code, reason }
}

/** A problem that is a file's diagnostics. */
export function problemOf(
  code: ErrorCode,
  reason: string,
  diagnostics: readonly Diagnostic[],
): Problem {
  return { code, reason, details: diagnostics.map(formatDiagnostic) }
}

/**
 * Runs a step whose coded failures are answers; faults without a code go on to the edge.
 *
 * @returns what the step returned, or the refusal made of its ZtpError
 */
export async function orRefuse<T>(
  events: EventSink,
  nodeId: NodeId,
  step: () => Promise<T>,
): Promise<T | Refusal> {
  try {
    return await step()
  } catch (thrown) {
    if (!(thrown instanceof ZtpError)) throw thrown
    return refuse(events, nodeId, { code: thrown.code, reason: thrown.message })
  }
}
