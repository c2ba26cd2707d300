import type { Plugin, PluginRegistry } from './plugin.ts'
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

/** @param plugins by name; where one comes from elsewhere, its registry asks this one in turn */
export function createRegistry(plugins: ReadonlyMap<string, Plugin>): PluginRegistry {
  return { find: async (name) => plugins.get(name) }
}
