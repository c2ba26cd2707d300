import { reasonOf } from '../../kernel/errors.ts'
import type { Logger } from '../../kernel/logger.ts'
import type { Value } from '../../kernel/value.ts'
import type { Allocation, Plugin, PluginRequest, PluginSource } from '../../resource/plugin.ts'
import type { PluginKind } from '../../resource/plugin-kind.ts'
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
type Shared = { readonly result: Promise<PluginResult>; takers: number; givenBack: number }

export function createOwnPlugins({ folder, runners, logger }: OwnPluginsOptions): OwnPlugins {
  const running = new Map<string, Shared>()

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
    const shared = running.get(key) ?? { result: run(plugin, request), takers: 0, givenBack: 0 }
    if (shared.takers === 0) {
      const forget = () => running.delete(key)
      running.set(key, shared)
      shared.result.then(forget, forget)
    }
    shared.takers += 1
    return shared
  }

  async function takeBack(plugin: PluginFile, request: PluginRequest, value: Value) {
    try {
      await run(plugin, request, value)
    } catch (thrown) {
      logger.warn(`${request.nodeId}: ${reasonOf(thrown)}; it was to take back its value`)
    }
  }

  function pluginOf(file: PluginFile): Plugin {
    return {
      async allocate(request): Promise<Allocation> {
        const shared = share(file, request)
        const { value, frees } = await shared.result
        return {
          value,
          async giveBack() {
            shared.givenBack += 1
            // One of those that share it may have been answered with it.
            if (frees && shared.givenBack === shared.takers) await takeBack(file, request, value)
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
