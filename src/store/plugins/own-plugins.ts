import { reasonOf } from '../../kernel/errors.ts'
import type { Logger } from '../../kernel/logger.ts'
import type { Value } from '../../kernel/value.ts'
import type { Allocation, Plugin, PluginRequest, PluginSource } from '../../resource/plugin.ts'
import type { PluginKind } from '../../resource/plugin-kind.ts'
import { createRecent } from '../recent.ts'
import { createCallLog } from './call-log.ts'
import type { PluginFile, PluginFolder } from './plugin-folder.ts'
import type { PluginResult, PluginRunner } from './plugin-runner.ts'

export type OwnPluginsOptions = {
  readonly folder: PluginFolder
  readonly runners: Readonly<Record<PluginKind, PluginRunner>>
  readonly logger: Logger
}

/** The operator's plugins, on disk. */
export type OwnPlugins = PluginSource & {
  /** Says in the log which of the plugins named run from a file of the operator's. */
  announce(names: Iterable<string>): Promise<void>
  /** Waits for what is under way, and ends processes and threads. */
  close(): Promise<void>
}

/** Requests that share one run of a plugin. */
type Shared = {
  /** What was asked: plugin, node, pool and label. */
  readonly key: string
  /** Counts the runs. */
  readonly turn: number
  readonly result: Promise<PluginResult>
  takers: number
  givenBack: number
}

/** Of so many different questions it is known which run was the last. */
const REMEMBERED = { maxEntries: 10_000, maxBytes: Number.POSITIVE_INFINITY }

export function createOwnPlugins({ folder, runners, logger }: OwnPluginsOptions): OwnPlugins {
  const running = new Map<string, Shared>()
  /** The turn of the last run for each key. */
  const latest = createRecent<number>(REMEMBERED)
  const takingBack = new Map<string, Promise<boolean>>()
  let turns = 0

  async function run(plugin: PluginFile, request: PluginRequest, free?: Value) {
    const log = createCallLog(logger, request.nodeId, plugin.file)
    try {
      const task = { plugin, request, log }
      return await runners[plugin.kind].run(free === undefined ? task : { ...task, free })
    } finally {
      log.end()
    }
  }

  /** Two requests of one node at once, as a switch that lost patience makes them, share one run. */
  function share(plugin: PluginFile, request: PluginRequest): Shared {
    const { nodeId, pool, label } = request
    const key = JSON.stringify([plugin.file, nodeId, pool, label ?? null])
    const shared = running.get(key) ?? begin(key, plugin, request)
    shared.takers += 1
    return shared
  }

  function begin(key: string, plugin: PluginFile, request: PluginRequest): Shared {
    turns += 1
    latest.put(key, turns, 0)
    // Not at once with the taking back of what it may give again.
    const before = takingBack.get(key)
    const result =
      before === undefined ? run(plugin, request) : before.then(() => run(plugin, request))
    const shared = { key, turn: turns, result, takers: 0, givenBack: 0 }
    const forget = () => running.delete(key)
    running.set(key, shared)
    result.then(forget, forget)
    return shared
  }

  /** @returns whether the plugin did */
  async function takeBack(
    key: string,
    plugin: PluginFile,
    request: PluginRequest,
    value: Value,
  ): Promise<boolean> {
    const taking = run(plugin, request, value).then(
      () => true,
      (thrown: unknown) => {
        logger.warn(`${request.nodeId}: ${reasonOf(thrown)}; it was to take back its value`)
        return false
      },
    )
    takingBack.set(key, taking)
    const isFreed = await taking
    takingBack.delete(key)
    return isFreed
  }

  function pluginOf(file: PluginFile): Plugin {
    return {
      async allocate(request): Promise<Allocation> {
        const shared = share(file, request)
        const { value, frees } = await shared.result
        return {
          value,
          async giveBack() {
            const { key, turn, takers } = shared
            shared.givenBack += 1
            // One of those that share it may have been answered with it, or who asked again later.
            const isLast = shared.givenBack === takers && latest.get(key) === turn
            return frees && isLast && takeBack(key, file, request, value)
          },
        }
      },
    }
  }

  return {
    async find(name) {
      const file = await folder.find(name)
      return file && pluginOf(file)
    },
    async announce(names) {
      for (const name of names) {
        try {
          const found = await folder.find(name)
          if (found) logger.info(`plugin '${name}': plugins/${found.file} runs in place of ours`)
        } catch (thrown) {
          logger.warn(`plugin '${name}': ${reasonOf(thrown)}`)
        }
      }
    },
    async close() {
      await Promise.all([...new Set(Object.values(runners))].map((each) => each.close()))
    },
  }
}
