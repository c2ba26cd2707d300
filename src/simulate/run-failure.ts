import type { Answer } from './exchange.ts'
import type { Failure } from './outcome.ts'

/** Ends a run: thrown by its steps, caught where the run becomes a value. */
export class RunFailure extends Error {
  override readonly name = 'RunFailure'
  readonly details: Omit<Failure, 'stage' | 'reason'>

  constructor(reason: string, details: Omit<Failure, 'stage' | 'reason'> = {}) {
    super(reason)
    this.details = details
  }
}

/** The failure of an answer: what was asked, what came. */
export function refused(reason: string, url: string, answer: Answer): RunFailure {
  return new RunFailure(reason, { url, status: answer.status, body: textOf(answer) })
}

/** An answer that no step of the protocol foresees, in the bootstrap script's words. */
export function unexpected(url: string, answer: Answer): RunFailure {
  const { status, contentType } = answer
  const reason = `unexpected response from server (status=${status}; content-type=${contentType})`
  return refused(reason, url, answer)
}

/** The body of an answer as text. */
export function textOf(answer: Answer): string {
  return new TextDecoder().decode(answer.body)
}
