import type { CallSite } from './record.ts'

/** A frame of V8's stack traces: `at FUNCTION (FILE:LINE:COLUMN)` or `at FILE:LINE:COLUMN`. */
const FRAME =
  /^ +at (?:async )?(?:(?:new )?(.*?) (?:\[as .*\] )?\()?(?:file:\/\/)?([^()]+):(\d+):\d+\)?$/m

/**
 * Where a function was called from. Costs some microseconds: one frame is captured, no more.
 *
 * @param called the function whose caller is meant
 * @returns undefined when the engine does not tell
 */
export function callSite(called: (...args: never[]) => unknown): CallSite | undefined {
  const holder: { stack?: string } = {}
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 1
  Error.captureStackTrace(holder, called)
  Error.stackTraceLimit = stackTraceLimit
  const [, functionName = '<module>', pathname, line] = FRAME.exec(holder.stack ?? '') ?? []
  return pathname === undefined ? undefined : { pathname, line: Number(line), functionName }
}
