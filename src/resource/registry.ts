import type { Plugin, PluginRegistry, PluginSource } from './plugin.ts'
import { allocatePlugin } from './plugins/allocate/plugin.ts'
import { testPlugin } from './plugins/test/plugin.ts'
import type { PoolStore } from './pool-port.ts'

/** The plugins that come with the server, by the name a definition calls. */
export function builtinPlugins(pools: PoolStore): ReadonlyMap<string, Plugin> {
  return new Map([
    ['allocate', allocatePlugin(pools)],
    ['test', testPlugin],
  ])
}

/** @param own the operator's: what they have of a name runs in place of ours */
export function createRegistry(
  builtins: ReadonlyMap<string, Plugin>,
  own: PluginSource,
): PluginRegistry {
  return { find: async (name) => (await own.find(name)) ?? builtins.get(name) }
}
