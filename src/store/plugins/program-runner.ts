import { reasonOf } from '../../kernel/errors.ts'
import { readJson } from '../../kernel/read-json.ts'
import type { Value } from '../../kernel/value.ts'
import { reportToJson } from '../../node/report.ts'
import { createTurns } from '../disk/turns.ts'
import { collectStart } from '../programs/output-start.ts'
import { type Run, runProgram } from '../programs/run-program.ts'
import { allBusy, pluginFailure } from './plugin-failure.ts'
import {
  MOST_VALUE_BYTES,
  type PluginRunner,
  type PluginTask,
  type RunnerOptions,
  TOO_LARGE,
} from './plugin-runner.ts'

/**
 * Runs plugins that are programs: node id, pool and, where there is one, label as arguments, the
 * node as JSON on stdin, the value on stdout. Never through a shell.
 */
export function createProgramRunner(options: RunnerOptions): PluginRunner {
  const turns = createTurns(options.workers)
  const running = new Set<Promise<unknown>>()

  async function runInTurn(task: PluginTask, asked: number): Promise<Value> {
    return turns.take(() => {
      const late = performance.now() - asked > options.patienceMs
      if (late) throw allBusy(task.plugin.file)
      return runTask(task, options)
    })
  }

  return {
    async run(task) {
      const value = runInTurn(task, performance.now())
      running.add(value)
      try {
        return { value: await value, frees: false }
      } finally {
        running.delete(value)
      }
    },
    async close() {
      await Promise.allSettled(running)
    },
  }
}

async function runTask(task: PluginTask, options: RunnerOptions): Promise<Value> {
  const { log } = task
  const output = collectStart(MOST_VALUE_BYTES)
  const status = await runProgram({
    ...commandOf(task),
    cwd: options.folder,
    env: { ...options.env, ...variablesOf(task) },
    timeoutMs: options.timeoutMs,
    input: reportToJson(task.request.report),
    take: (chunk, from) => (from === 'stdout' ? output.take(chunk) : log.take(chunk, from)),
  }).catch((fault) => `could not be started: ${reasonOf(fault)}`)
  log.end()
  if (status !== 0) throw failed(task, status)
  if (output.lost() > 0) throw pluginFailure(task.plugin.file, TOO_LARGE)
  return read(task, output.bytes())
}

function commandOf({ plugin, request }: PluginTask): Pick<Run, 'program' | 'args'> {
  const { nodeId, pool, label } = request
  const args = [nodeId, pool, ...(label === undefined ? [] : [label])]
  if (plugin.kind === 'binary') return { program: plugin.path, args }
  const { program, args: before } = plugin.interpreter
  return { program, args: [...before, plugin.path, ...args] }
}

function variablesOf({ request: { nodeId, pool, label } }: PluginTask) {
  const named = { ZTPS_NODE_ID: nodeId, ZTPS_POOL: pool }
  return label === undefined ? named : { ...named, ZTPS_LABEL: label }
}

/** Its last words are its reason, as a person would say it. */
function failed({ plugin, log }: PluginTask, status: number | string): Error {
  const how = typeof status === 'number' ? `exit status ${status}` : status
  const last = log.last()
  return pluginFailure(plugin.file, last === undefined ? how : `${how}: ${last}`)
}

/** What was printed: JSON if it is JSON, else the text without its last line end. */
function read({ plugin }: PluginTask, bytes: Buffer): Value {
  const text = decode(bytes)
  if (text === undefined) throw pluginFailure(plugin.file, 'what it printed is not UTF-8')
  if (text.trim() === '') throw pluginFailure(plugin.file, 'it printed no value')
  try {
    return readJson(text)
  } catch {
    return text.replace(/\r?\n$/, '')
  }
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
