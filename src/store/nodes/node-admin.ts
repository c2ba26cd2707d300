import { rename, rm, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Clock } from '../../kernel/clock.ts'
import type { Identifier, NodeId } from '../../node/identity.ts'
import type { ConfigVersion, NodeAdmin, NodeFileName } from '../../provision/nodes/ports.ts'
import { storeFailure } from '../disk/failure.ts'
import { lstatIfAny } from '../disk/link-target.ts'
import { readIfAny } from '../disk/read-if-any.ts'
import { syncFolder } from '../disk/sync-folder.ts'
import type { ProcessLocks } from '../locks/process-locks.ts'
import { copyTree } from '../scaffold/copy-tree.ts'
import { archiveNode, newestArchived } from './archive.ts'
import { stageNode } from './create-node.ts'
import { createDefinitionOrigins } from './definition-origin.ts'
import { handOver } from './hand-over.ts'
import { lookAt, nodeIds } from './look.ts'
import { nodePaths } from './node-paths.ts'
import { createStaging, type Staging } from './staging.ts'
import { PATIENCE_MS, startupConfigLock } from './startup-config.ts'
import { listVersions } from './versions.ts'

export type NodeAdminOptions = {
  /** The data directory's `nodes`. */
  readonly nodesFolder: string
  /** The data directory's `definitions`. */
  readonly definitionsFolder: string
  /** Ours: versions, archive, half-built folders. */
  readonly stateFolder: string
  readonly identifier: Identifier
  readonly locks: ProcessLocks
  readonly clock: Clock
}

/** Commands wait for each other this long: each is over in moments, an import of a fleet in seconds. */
const COMMAND_PATIENCE_MS = 60_000

const FILE_KEYS = {
  definition: 'definition',
  pattern: 'pattern',
  attributes: 'attributes',
  'startup-config': 'startupConfig',
  'config-handler': 'configHandler',
} as const satisfies Record<NodeFileName, string>

/** What an operator does with the node folders of a data directory. */
export function createNodeAdmin(options: NodeAdminOptions): NodeAdmin {
  const { nodesFolder, stateFolder, identifier, locks, clock } = options
  const staging = createStaging(stateFolder, nodesFolder)
  const origins = createDefinitionOrigins(options.definitionsFolder)
  const pathsOf = (id: NodeId) => nodePaths(nodesFolder, id)
  const versionsOf = (id: NodeId) => join(stateFolder, 'versions', id)
  const archiveOf = (id: NodeId) => join(stateFolder, 'archive', id)
  const forgetVersions = (id: NodeId) => removeTree(versionsOf(id))

  const archive: NodeAdmin['archive'] = async (id, reason) =>
    archiveNode({
      archive: archiveOf(id),
      folder: pathsOf(id).folder,
      versions: versionsOf(id),
      reason,
      now: clock.now(),
    })

  return {
    ids: () => nodeIds(nodesFolder),
    look: async (id) => lookAt(pathsOf(id), origins),
    read: async (id, file) => readIfAny(pathsOf(id)[FILE_KEYS[file]]),
    versions: async (id) => versionsIn(versionsOf(id)),
    archived: async (id) => newestArchived(archiveOf(id)),
    alone: (work) => locks.hold('nodes', COMMAND_PATIENCE_MS, work),
    stage: async (id, content) => stageNode(id, pathsOf(id), content, staging),
    archive,
    async retire(id, reason, { versions }) {
      const { folder } = pathsOf(id)
      return locked([folder], locks, async () => {
        if ((await lstatIfAny(folder)) === undefined) return undefined
        const place = await archive(id, reason)
        await takeAway(folder, staging)
        if (versions) await forgetVersions(id)
        return place
      })
    },
    async copyVersions(from, to) {
      await forgetVersions(to)
      if ((await listVersions(versionsOf(from))).length === 0) return
      await copyTree(versionsOf(from), versionsOf(to))
      await syncFolder(versionsOf(to))
    },
    forgetVersions,
    async handOver(from, to, { overwrite }) {
      const [giver, taker] = [pathsOf(from), pathsOf(to)]
      return locked([giver.folder, taker.folder], locks, () =>
        handOver({ from: giver, to: taker, heir: to, identifier, overwrite }),
      )
    },
  }
}

/** Holds the locks under which the startup-configs of these folders are stored. */
async function locked<T>(
  folders: readonly string[],
  locks: ProcessLocks,
  work: () => Promise<T>,
): Promise<T> {
  // Always in the same order, so that no two commands wait for each other.
  const names = [...new Set(await Promise.all(folders.map(startupConfigLock)))].sort()
  return names.reduceRight((inner, name) => () => locks.hold(name, PATIENCE_MS, inner), work)()
}

/** A folder is gone in one step; what a link leads to stays. */
async function takeAway(folder: string, staging: Staging): Promise<void> {
  try {
    if ((await lstatIfAny(folder))?.isSymbolicLink()) {
      await unlink(folder)
      await syncFolder(dirname(folder))
      return
    }
    const aside = await staging.make(basename(folder))
    await rename(folder, aside)
    await syncFolder(dirname(folder))
    await staging.discard(aside)
  } catch (thrown) {
    throw storeFailure('write', folder, thrown)
  }
}

async function versionsIn(folder: string): Promise<readonly ConfigVersion[]> {
  try {
    const versions = await listVersions(folder)
    return await Promise.all(
      versions.map(async ({ name, time, sha256 }) => {
        const { size: bytes } = await stat(join(folder, name))
        return { replaced: time.getTime(), sha256, bytes }
      }),
    )
  } catch (thrown) {
    throw storeFailure('read', folder, thrown)
  }
}

async function removeTree(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true })
  } catch (thrown) {
    throw storeFailure('write', folder, thrown)
  }
}
