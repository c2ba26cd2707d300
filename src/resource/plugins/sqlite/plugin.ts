import type { Plugin } from '../../plugin.ts'
import type { PoolStore } from '../../pool-port.ts'
import { allocatePlugin } from '../allocate/plugin.ts'

/** `sqlite('table')`: the first free row of a table of the SQLite database, the node's from then on. */
export function sqlitePlugin(tables: PoolStore): Plugin {
  return allocatePlugin(tables)
}
