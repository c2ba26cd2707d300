import type { Plugin, PluginRegistry, PluginSource } from './plugin.ts'
import { allocatePlugin } from './plugins/allocate/plugin.ts'
import { mysqlPlugin } from './plugins/mysql/plugin.ts'
import { postgresPlugin } from './plugins/postgres/plugin.ts'
import { sqlitePlugin } from './plugins/sqlite/plugin.ts'
import { testPlugin } from './plugins/test/plugin.ts'
import type { PoolStore } from './pool-port.ts'

/** Where the pools of the plugins are, by the name of the plugin. */
export type PoolStores = {
  readonly allocate: PoolStore
  readonly sqlite: PoolStore
  readonly postgres: PoolStore
  readonly mysql: PoolStore
}

/** The plugins that come with the server, by the name a definition calls. */
export function builtinPlugins(stores: PoolStores): ReadonlyMap<string, Plugin> {
  return new Map([
    ['allocate', allocatePlugin(stores.allocate)],
    ['sqlite', sqlitePlugin(stores.sqlite)],
    ['postgres', postgresPlugin(stores.postgres)],
    ['mysql', mysqlPlugin(stores.mysql)],
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
