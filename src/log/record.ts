import type { LogLevel } from '../kernel/logger.ts'

/** Python's names and numbers for the levels. */
export const PYTHON_LEVELS: Readonly<Record<LogLevel, { name: string; number: number }>> = {
  debug: { name: 'DEBUG', number: 10 },
  info: { name: 'INFO', number: 20 },
  warn: { name: 'WARNING', number: 30 },
  error: { name: 'ERROR', number: 40 },
  fatal: { name: 'CRITICAL', number: 50 },
}

/** Where in the source something was logged. */
export type CallSite = {
  readonly pathname: string
  readonly line: number
  readonly functionName: string
}

/** A line to be written. */
export type LogRecord = {
  readonly level: LogLevel
  readonly message: string
  /** Milliseconds since 1970 UTC; `startTime` those of the logger's creation. */
  readonly time: number
  readonly startTime: number
  readonly name: string
  readonly pid: number
  /** Found out only for a format that shows it. */
  readonly site?: CallSite | undefined
}
