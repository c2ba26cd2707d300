import { ERRORS, type ErrorCode, reasonOf, ZtpError } from '../kernel/errors.ts'
import type { LogLevel } from '../kernel/logger.ts'

/** What goes to a worker: one request at a time. */
export type Ask<Request> = { readonly id: number; readonly request: Request }

/** What goes to a worker that is to end. */
export const END = 'end'

/** What comes back. Errors travel as values: a structured clone would lose their code. */
export type Reply<Response> =
  | { readonly kind: 'ready' }
  | { readonly kind: 'note'; readonly id: number; readonly note: Note }
  | { readonly kind: 'answer'; readonly id: number; readonly response: Response }
  | { readonly kind: 'failure'; readonly id: number; readonly failure: Failure }

/** Something for the log, said while a request is worked on. */
export type Note = { readonly level: LogLevel; readonly text: string }

/** An error as it crosses between threads. */
export type Failure = { readonly code: ErrorCode; readonly message: string }

/** @returns the code of a ZtpError, ZTP_INTERNAL for anything else */
export function failureOf(thrown: unknown): Failure {
  const code = thrown instanceof ZtpError ? thrown.code : 'ZTP_INTERNAL'
  return { code, message: reasonOf(thrown) }
}

/** The error again, on the side that asked. */
export function errorOf(failure: Failure): ZtpError {
  return new ZtpError(failure.code in ERRORS ? failure.code : 'ZTP_INTERNAL', failure.message)
}
