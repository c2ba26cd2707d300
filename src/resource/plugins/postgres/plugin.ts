import type { Plugin } from '../../plugin.ts'
import type { PoolStore } from '../../pool-port.ts'
import { allocatePlugin } from '../allocate/plugin.ts'

/** `postgres('table')`: the first free row of a table of the PostgreSQL database, the node's from then on. */
export function postgresPlugin(tables: PoolStore): Plugin {
  return allocatePlugin(tables)
}
