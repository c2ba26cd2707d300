import { join } from 'node:path'
import type { Clock } from '../../kernel/clock.ts'
import type { Identifier, NodeId } from '../../node/identity.ts'
import { type NodeReport, reportToJson } from '../../node/report.ts'
import type { NodeStore } from '../../provision/ports.ts'
import { replaceFile } from '../atomic-write.ts'
import { readIfAny } from '../disk/read-if-any.ts'
import type { ProcessLocks } from '../locks/process-locks.ts'
import type { DiskReader } from '../reader/disk-reader.ts'
import { createNode } from './create-node.ts'
import { hasFolder } from './folder-state.ts'
import { createNodeFiles } from './node-files.ts'
import { type NodePaths, nodePaths } from './node-paths.ts'
import { createStaging } from './staging.ts'
import { saveStartupConfig } from './startup-config.ts'

export type NodeStoreOptions = {
  /** The data directory's `nodes`. */
  readonly nodesFolder: string
  /** Ours: versions, half-built folders. */
  readonly stateFolder: string
  readonly identifier: Identifier
  /** How many replaced startup-configs to keep for each node: `[backup] keep`. */
  readonly keepVersions: number
  readonly reader: DiskReader
  readonly locks: ProcessLocks
  readonly clock: Clock
}

/** The nodes as folders of the data directory. */
export function createNodeStore(options: NodeStoreOptions): NodeStore {
  const { nodesFolder, stateFolder, reader, clock } = options
  const staging = createStaging(stateFolder, nodesFolder)
  const files = createNodeFiles(options)
  const startupConfigs = {
    versionsFolder: join(stateFolder, 'versions'),
    keep: options.keepVersions,
    locks: options.locks,
    clock,
  }
  const creating = new Map<NodeId, Promise<'created' | 'exists'>>()
  const pathsOf = (id: NodeId) => nodePaths(nodesFolder, id)

  return {
    state: async (id) => reader.state(pathsOf(id).folder),
    knows: async (id) => reader.hasFolder(pathsOf(id).folder),
    load: async (id) => files.load(pathsOf(id)),
    async create(id, content) {
      const first = creating.get(id)
      if (first !== undefined) return first.then(() => 'exists')
      const mine = createNode(id, pathsOf(id), content, staging).finally(() => creating.delete(id))
      creating.set(id, mine)
      return mine
    },
    saveReport: async (id, report) => saveReport(pathsOf(id), report),
    saveStartupConfig: async (id, body) => saveStartupConfig(id, pathsOf(id), body, startupConfigs),
    startupConfig: async (id) => readIfAny(pathsOf(id).startupConfig),
  }
}

async function saveReport(paths: NodePaths, report: NodeReport): Promise<'saved' | 'unknown'> {
  try {
    await replaceFile(paths.report, Buffer.from(reportToJson(report)))
    return 'saved'
  } catch (thrown) {
    // An operator may take the folder away at this moment.
    if (await hasFolder(paths.folder)) throw thrown
    return 'unknown'
  }
}
