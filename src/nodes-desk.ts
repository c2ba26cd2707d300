import { join } from 'node:path'
import type { NodesDesk } from './cli/nodes/desk.ts'
import type { Settings } from './config/options.ts'
import { stateFolder } from './config/paths.ts'
import type { Clock } from './kernel/clock.ts'
import { demandDataRoot, prepareDataRoot } from './store/data-root.ts'
import { createLibrary } from './store/library.ts'
import { createNodeAdmin } from './store/nodes/node-admin.ts'
import { createNodeStore } from './store/nodes/node-store.ts'

/**
 * The nodes of a data directory, for the commands about them.
 *
 * @param access `change` makes what is missing of the folders that are ours
 * @throws ZtpError ZTP_BAD_DATA_ROOT
 */
export async function openNodesDesk(
  settings: Settings,
  access: 'read' | 'change',
  clock: Clock,
): Promise<NodesDesk> {
  const { dataRoot, identifier } = settings
  const state = stateFolder(settings)
  if (access === 'change') await prepareDataRoot(dataRoot, state)
  else await demandDataRoot(dataRoot)
  const nodes = { nodesFolder: join(dataRoot, 'nodes'), stateFolder: state, identifier, clock }
  const library = createLibrary({
    dataRoot,
    neighbordb: settings.neighbordbFilename,
    bootstrap: settings.bootstrapFilename,
    identifier,
    clock,
  })
  return {
    nodes: createNodeStore({ ...nodes, keepVersions: settings.backupKeep }),
    admin: createNodeAdmin({ ...nodes, definitionsFolder: join(dataRoot, 'definitions') }),
    library,
    close: () => library.close(),
  }
}
