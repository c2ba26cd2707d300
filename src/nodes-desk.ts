import { join } from 'node:path'
import type { NodesDesk } from './cli/nodes/desk.ts'
import type { Settings } from './config/options.ts'
import { stateFolder } from './config/paths.ts'
import type { Clock } from './kernel/clock.ts'
import { demandDataRoot, prepareDataRoot } from './store/data-root.ts'
import { createLibrary } from './store/library.ts'
import { createProcessLocks } from './store/locks/process-locks.ts'
import { createNodeAdmin } from './store/nodes/node-admin.ts'
import { createNodeStore } from './store/nodes/node-store.ts'
import { createDiskReader } from './store/reader/disk-reader.ts'

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
  const locks = createProcessLocks(join(state, 'locks'))
  const nodesFolder = join(dataRoot, 'nodes')
  const nodes = { nodesFolder, stateFolder: state, identifier, locks, clock }
  const reader = createDiskReader({ clock })
  const library = createLibrary({
    dataRoot,
    neighbordb: settings.neighbordbFilename,
    bootstrap: settings.bootstrapFilename,
    identifier,
    clock,
  })
  return {
    nodes: createNodeStore({ ...nodes, keepVersions: settings.backupKeep, reader }),
    admin: createNodeAdmin({ ...nodes, definitionsFolder: join(dataRoot, 'definitions') }),
    library,
    async close() {
      await Promise.all([library, reader, locks].map((each) => each.close()))
    },
  }
}
