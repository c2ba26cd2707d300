import { reasonOf } from '../../kernel/errors.ts'
import type { NodeId } from '../../node/identity.ts'
import type { ConfigHandlers, EventSink } from '../../provision/ports.ts'
import { statIfAny } from '../disk/calls.ts'
import { danglingLink } from '../disk/link-target.ts'
import { createTurns } from '../disk/turns.ts'
import type { ProcessLocks } from '../locks/process-locks.ts'
import { type NodePaths, nodePaths } from '../nodes/node-paths.ts'
import { interpreterOf } from '../programs/interpreter.ts'
import { collectStart } from '../programs/output-start.ts'
import { runProgram } from '../programs/run-program.ts'

export type ConfigHandlerOptions = {
  readonly dataRoot: string
  readonly nodesFolder: string
  /** `[config-handler] timeout`. */
  readonly timeoutMs: number
  readonly locks: ProcessLocks
  readonly events: EventSink
  /** What the programs inherit. */
  readonly env: NodeJS.ProcessEnv
}

export type ConfigHandlerRunner = ConfigHandlers & {
  /** Resolves when no handler runs or waits. */
  idle(): Promise<void>
  /** Kills what runs, and runs nothing any more. Resolves when all have ended. */
  stop(): Promise<void>
}

/** Bytes of stdout and stderr that are logged. */
const MOST_OUTPUT = 64 * 1024
/** A fleet that saves its configurations at once does not fork a program for each. */
const MOST_AT_ONCE = 16
/** Another process may be running the node's handler, to the end of its time. */
const LOCK_SLACK_MS = 10_000

/**
 * Runs a node's config-handler each time its startup-config was stored; provisioning.md,
 * "startup-config and config-handlers".
 *
 * One at a time for one node. What is stored while it runs makes it run once more, however often
 * it was stored: it reads the newest then.
 */
export function createConfigHandlerRunner(options: ConfigHandlerOptions): ConfigHandlerRunner {
  const running = new Map<NodeId, Promise<void>>()
  const again = new Set<NodeId>()
  const turns = createTurns(MOST_AT_ONCE)
  const stopping = new AbortController()

  async function runUntilQuiet(id: NodeId): Promise<void> {
    do {
      await turns.take(() => {
        again.delete(id)
        return runOnce(id, options, stopping.signal)
      })
    } while (again.has(id))
    running.delete(id)
  }

  async function idle(): Promise<void> {
    while (running.size > 0) await Promise.all(running.values())
  }

  return {
    startupConfigSaved(id) {
      if (running.has(id)) again.add(id)
      else running.set(id, runUntilQuiet(id))
    },
    idle,
    stop() {
      stopping.abort()
      return idle()
    },
  }
}

/** Never rejects: what goes wrong is the event's status. */
async function runOnce(
  id: NodeId,
  options: ConfigHandlerOptions,
  signal: AbortSignal,
): Promise<void> {
  const finished = (status: number | string, output: string) =>
    options.events.emit({ kind: 'handler-finished', nodeId: id, status, output })
  try {
    const paths = nodePaths(options.nodesFolder, id)
    if ((await statIfAny(paths.configHandler)) === undefined) {
      const dangling = await danglingLink(paths.configHandler)
      if (dangling !== undefined) finished(`could not be started: ${dangling}`, '')
      return
    }
    const patience = options.timeoutMs + LOCK_SLACK_MS
    const work = () => runHandler(id, paths, options, signal)
    const { status, output } = await options.locks.hold(
      `config-handler-${id}`,
      patience,
      work,
      signal,
    )
    finished(status, output)
  } catch (thrown) {
    finished(`could not be started: ${reasonOf(thrown)}`, '')
  }
}

async function runHandler(
  id: NodeId,
  paths: NodePaths,
  { dataRoot, timeoutMs, env }: ConfigHandlerOptions,
  signal: AbortSignal,
): Promise<{ readonly status: number | string; readonly output: string }> {
  if (signal.aborted) return { status: 'not run: the server stops', output: '' }
  const { program, args } = await interpreterOf(paths.configHandler)
  const output = collectStart(MOST_OUTPUT)
  const status = await runProgram({
    program,
    args: [...args, paths.configHandler, id, paths.startupConfig],
    cwd: paths.folder,
    env: {
      ...env,
      ZTPS_NODE_ID: id,
      ZTPS_STARTUP_CONFIG: paths.startupConfig,
      ZTPS_DATA_ROOT: dataRoot,
    },
    timeoutMs,
    signal,
    take: output.take,
  })
  const text = output.bytes().toString('utf8')
  const lost = output.lost()
  return { status, output: lost === 0 ? text : `${text}\n(${lost} more bytes)` }
}
