import type { Plugin } from '../../plugin.ts'
import type { PoolStore } from '../../pool-port.ts'
import { allocatePlugin } from '../allocate/plugin.ts'

/** `mysql('table')`: the first free row of a table of the MySQL database, the node's from then on. */
export function mysqlPlugin(tables: PoolStore): Plugin {
  return allocatePlugin(tables)
}
