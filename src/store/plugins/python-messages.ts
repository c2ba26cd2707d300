import { reasonOf } from '../../kernel/errors.ts'
import { toJson } from '../../kernel/json.ts'
import type { LogLevel } from '../../kernel/logger.ts'
import { readJson } from '../../kernel/read-json.ts'
import { isMap, type ValueMap } from '../../kernel/value.ts'
import { reportToJson } from '../../node/report.ts'
import type { PluginTask } from './plugin-runner.ts'

/** A task as the runner reads it, a line of JSON. @param timeoutMs the runner's own limit, about */
export function callOf(
  id: number,
  { plugin, request, free }: PluginTask,
  timeoutMs: number,
): string {
  const { nodeId, pool, label, report } = request
  return JSON.stringify({
    id,
    path: plugin.path,
    version: plugin.version,
    node_id: nodeId,
    pool,
    label,
    node: reportToJson(report),
    seconds: timeoutMs / 1000,
    ...(free === undefined ? {} : { free: toJson(free) }),
  })
}

/** What the runner sent. @returns why it is none, for what is none */
export function messageOf(line: string): ValueMap | string {
  try {
    const message = readJson(line)
    return isMap(message) ? message : UNREADABLE
  } catch (thrown) {
    return `${UNREADABLE}: ${reasonOf(thrown)}`
  }
}

const UNREADABLE = 'what it sent cannot be read'

/** A text of a message; empty when there is none. */
export function textOf(message: ValueMap, key: string): string {
  const text = message.get(key)
  return typeof text === 'string' ? text : ''
}

const LEVELS: ReadonlySet<string> = new Set<LogLevel>(['debug', 'info', 'warn', 'error'])

/** The level of something for the log. */
export function levelOf(message: ValueMap): LogLevel {
  const level = textOf(message, 'log')
  return isLevel(level) ? level : 'info'
}

function isLevel(text: string): text is LogLevel {
  return LEVELS.has(text)
}
