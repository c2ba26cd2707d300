import { reasonOf, ZtpError } from '../../kernel/errors.ts'
import { toJson } from '../../kernel/json.ts'
import { readJson } from '../../kernel/read-json.ts'
import { reportToJson } from '../../node/report.ts'
import type { Note } from '../../thread/protocol.ts'
import { createSeats, type Seats } from '../../thread/seats.ts'
import { createSeat, WorkerTimeout } from '../../thread/worker-seat.ts'
import { workerUrl } from '../../thread/worker-url.ts'
import type { CallLog } from './call-log.ts'
import type { ModuleAnswer, ModuleCall } from './module-worker.ts'
import { allBusy, pluginFailure, tookTooLong } from './plugin-failure.ts'
import type { PluginFile } from './plugin-folder.ts'
import type { PluginRunner, PluginTask, RunnerOptions } from './plugin-runner.ts'

type Threads = Seats<ModuleCall, ModuleAnswer>

/** One plugin must not take the memory of the whole server. */
const MOST_HEAP_MIB = 256

/**
 * Runs plugins that are ES modules, each in worker threads of its own: one that hangs is ended, and
 * one that was changed begins anew.
 */
export function createModuleRunner(options: RunnerOptions): PluginRunner {
  const current = new Map<string, { readonly version: string; readonly threads: Threads }>()
  const closing = new Set<Promise<void>>()
  const logs = new WeakMap<ModuleCall, CallLog>()

  function threadsFor({ path, version }: PluginFile): Threads {
    const known = current.get(path)
    if (known?.version === version) return known.threads
    if (known) retire(known.threads)
    const threads = startThreads(options, logs)
    current.set(path, { version, threads })
    return threads
  }

  /** They finish what they have. */
  function retire(threads: Threads): void {
    const closed = threads.close()
    closing.add(closed)
    closed.finally(() => closing.delete(closed))
  }

  return {
    async run(task) {
      const call = callOf(task)
      logs.set(call, task.log)
      try {
        const { json, frees } = await threadsFor(task.plugin).ask(call)
        return { value: readJson(json), frees }
      } catch (thrown) {
        throw asFailure(thrown, call, options.timeoutMs)
      }
    },
    async close() {
      for (const { threads } of current.values()) retire(threads)
      current.clear()
      await Promise.all(closing)
    },
  }
}

function startThreads(options: RunnerOptions, logs: WeakMap<ModuleCall, CallLog>): Threads {
  const { workers, timeoutMs, patienceMs, env } = options
  const seat = {
    url: workerUrl(import.meta.url, 'module-worker'),
    timeoutMs,
    env,
    resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MIB },
    hear: (call: ModuleCall, { level, text }: Note) => logs.get(call)?.hear(level, text),
  }
  const seats = Array.from({ length: workers }, () => createSeat<ModuleCall, ModuleAnswer>(seat))
  return createSeats(seats, { patienceMs, refuse: ({ file }) => allBusy(file) })
}

function callOf({ plugin, request, free }: PluginTask): ModuleCall {
  const { nodeId, pool, label, report } = request
  return {
    path: plugin.path,
    file: plugin.file,
    nodeId,
    pool,
    ...(label === undefined ? {} : { label }),
    node: reportToJson(report),
    ...(free === undefined ? {} : { free: toJson(free) }),
  }
}

/** What the thread died of, or a value nested too deep, is the plugin's failure, not the server's. */
function asFailure(thrown: unknown, { file }: ModuleCall, timeoutMs: number): ZtpError {
  if (thrown instanceof WorkerTimeout) return tookTooLong(file, timeoutMs)
  if (thrown instanceof ZtpError && thrown.code === 'ZTP_PLUGIN_FAILED') return thrown
  return pluginFailure(file, reasonOf(thrown), thrown)
}
