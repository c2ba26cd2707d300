import type { ValueMap } from '../../kernel/value.ts'
import type { Seat } from '../../thread/seats.ts'
import { pluginFailure, tookTooLong } from './plugin-failure.ts'
import type { PluginResult, PluginTask, RunnerOptions } from './plugin-runner.ts'
import { callOf, levelOf, messageOf, textOf } from './python-messages.ts'
import { type PythonProcess, startPython } from './python-process.ts'

export type PythonSeatOptions = RunnerOptions & {
  readonly python: string
  /** What the runner is told first, as JSON. */
  readonly settings: string
  /** Whether its process may stay although nothing is to do. */
  readonly keep: boolean
}

type Running = {
  readonly id: number
  readonly task: PluginTask
  readonly resolve: (result: PluginResult) => void
  readonly reject: (reason: Error) => void
}

/** How long a process that was needed for a rush waits for the next. */
const IDLE_MS = 60_000

/** A place for one Python process: started when first needed, and again after it ended. */
export function createPythonSeat(options: PythonSeatOptions): Seat<PluginTask, PluginResult> {
  const { timeoutMs, keep } = options
  const expired = ({ plugin }: PluginTask) => tookTooLong(plugin.file, timeoutMs)
  let live: PythonProcess | undefined
  let running: Running | undefined
  let timer: NodeJS.Timeout | undefined
  let idle: NodeJS.Timeout | undefined
  let lastId = 0
  /** Whose output comes in: the last task's, also after its end. */
  let log: PluginTask['log'] | undefined

  function start(): PythonProcess {
    const started = startPython({
      ...options,
      cwd: options.folder,
      message: (line) => receive(line),
      output: (chunk, from) => log?.take(chunk, from),
      ended: (why) => {
        if (live === started) abandon(diedBy(why))
      },
    })
    started.send(options.settings)
    return started
  }

  function receive(line: string): void {
    const message = messageOf(line)
    if (typeof message === 'string') abandon(diedBy(message))
    else if (message.has('log')) log?.hear(levelOf(message), `${textOf(message, 'text')}\n`)
    else if (running !== undefined && message.get('id') === running.id) {
      const done = finish(running)
      // What the plugin printed before has arrived too, but may be read after this, in this turn.
      setImmediate(() => settle(done, message))
    }
  }

  function finish(done: Running): Running {
    clearTimeout(timer)
    running = undefined
    if (!keep) idle = setTimeout(() => void stop(), IDLE_MS).unref()
    return done
  }

  /** The process is of no use any more; the next task starts another. */
  function abandon(why: (task: PluginTask) => Error): void {
    void stop()
    if (running === undefined) return
    const { task, reject } = finish(running)
    reject(why(task))
  }

  async function stop(): Promise<void> {
    const last = live
    live = undefined
    await last?.kill()
  }

  return {
    run(task) {
      clearTimeout(idle)
      log = task.log
      live ??= start()
      const { send } = live
      return new Promise<PluginResult>((resolve, reject) => {
        lastId += 1
        const mine = { id: lastId, task, resolve, reject }
        running = mine
        // An answer may have arrived while this thread was busy: let it be read first.
        const late = () => setImmediate(() => running === mine && abandon(expired))
        timer = setTimeout(late, timeoutMs)
        send(callOf(lastId, task, timeoutMs))
      })
    },
    async end() {
      clearTimeout(idle)
      await stop()
    },
  }
}

/** With its last words, which may say why. */
function diedBy(why: string): (task: PluginTask) => Error {
  return ({ plugin, log }) => {
    log.end()
    const last = log.last()
    return pluginFailure(plugin.file, last === undefined ? why : `${why}: ${last}`)
  }
}

function settle({ task, resolve, reject }: Running, message: ValueMap): void {
  if (!message.has('failed')) {
    resolve({ value: message.get('value') ?? null, frees: message.get('frees') === true })
    return
  }
  task.log.hear('debug', `${textOf(message, 'trace')}\n`)
  reject(pluginFailure(task.plugin.file, textOf(message, 'failed')))
}
