import { posix } from 'node:path'
import { type LogRecord, PYTHON_LEVELS } from './record.ts'

/** A `%(name)` of Python's logging formats. */
export type Field =
  | { readonly kind: 'text'; readonly of: (record: LogRecord) => string }
  | { readonly kind: 'integer' | 'float'; readonly of: (record: LogRecord) => number }

/** Python's LogRecord attributes, as far as they mean something here. */
export const FIELDS: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['asctime', { kind: 'text', of: ({ time }) => localTime(time) }],
  ['levelname', { kind: 'text', of: ({ level }) => PYTHON_LEVELS[level].name }],
  ['levelno', { kind: 'integer', of: ({ level }) => PYTHON_LEVELS[level].number }],
  ['message', { kind: 'text', of: ({ message }) => message }],
  ['name', { kind: 'text', of: ({ name }) => name }],
  ['module', { kind: 'text', of: (record) => posix.parse(pathOf(record)).name }],
  ['filename', { kind: 'text', of: (record) => posix.basename(pathOf(record)) }],
  ['pathname', { kind: 'text', of: pathOf }],
  ['lineno', { kind: 'integer', of: ({ site }) => site?.line ?? 0 }],
  ['funcName', { kind: 'text', of: ({ site }) => site?.functionName ?? '' }],
  ['process', { kind: 'integer', of: ({ pid }) => pid }],
  ['processName', { kind: 'text', of: () => 'MainProcess' }],
  // The main thread's id is that of the process.
  ['thread', { kind: 'integer', of: ({ pid }) => pid }],
  ['threadName', { kind: 'text', of: () => 'MainThread' }],
  ['created', { kind: 'float', of: ({ time }) => time / 1000 }],
  ['msecs', { kind: 'float', of: ({ time }) => Math.floor(time) % 1000 }],
  ['relativeCreated', { kind: 'float', of: ({ time, startTime }) => time - startTime }],
])

/** The fields that show where in the source a line was logged. */
export const SITE_FIELDS: ReadonlySet<string> = new Set([
  'module',
  'filename',
  'pathname',
  'lineno',
  'funcName',
])

function pathOf({ site }: LogRecord): string {
  return site?.pathname ?? ''
}

/** `YYYY-MM-DD HH:MM:SS,mmm`, local time: Python's asctime. */
function localTime(time: number): string {
  const date = new Date(time)
  const day = `${date.getFullYear()}-${digits(date.getMonth() + 1)}-${digits(date.getDate())}`
  const hour = `${digits(date.getHours())}:${digits(date.getMinutes())}:${digits(date.getSeconds())}`
  return `${day} ${hour},${String(date.getMilliseconds()).padStart(3, '0')}`
}

function digits(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}
