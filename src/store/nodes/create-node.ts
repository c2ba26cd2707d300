import { chown } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { NodeId } from '../../node/identity.ts'
import { reportToJson } from '../../node/report.ts'
import type { StagedNode } from '../../provision/nodes/ports.ts'
import type { NewNode } from '../../provision/ports.ts'
import { FILE_MODE } from '../atomic-write.ts'
import { statIfAny, statOf } from '../disk/calls.ts'
import { storeFailure } from '../disk/failure.ts'
import { writeNewFile } from '../disk/new-file.ts'
import { isOwnedBy, ownerIn, unlessForbidden } from '../disk/owner.ts'
import { syncFolder } from '../disk/sync-folder.ts'
import { hasFolder } from './folder-state.ts'
import { FILES, type NodePaths } from './node-paths.ts'
import type { Staging } from './staging.ts'

type Content = { readonly name: string; readonly bytes: Uint8Array; readonly mode: number }

/**
 * Builds a node's folder aside and renames it into place: it appears whole or not at all, and of
 * any number of processes one succeeds. On disk when the promise resolves.
 *
 * @throws ZtpError ZTP_STORE_FAILED; nothing is left behind
 */
export async function createNode(
  id: NodeId,
  paths: NodePaths,
  files: NewNode,
  staging: Staging,
): Promise<'created' | 'exists'> {
  if (await isTaken(paths.folder)) return 'exists'
  return (await stageNode(id, paths, files, staging)).place()
}

/** Renaming would take the place of an empty folder. Anything else in the way it tells itself. */
async function isTaken(folder: string): Promise<boolean> {
  try {
    return (await statIfAny(folder))?.isDirectory() === true
  } catch (thrown) {
    throw storeFailure('create', folder, thrown)
  }
}

/**
 * Builds a node's folder aside, its content on disk.
 *
 * @throws ZtpError ZTP_STORE_FAILED; nothing is left behind
 */
export async function stageNode(
  id: NodeId,
  paths: NodePaths,
  files: NewNode,
  staging: Staging,
): Promise<StagedNode> {
  const { folder } = paths
  try {
    const built = await staging.make(basename(folder))
    try {
      await fill(built, contentsOf(files), dirname(folder))
    } catch (thrown) {
      await staging.discard(built)
      throw thrown
    }
    return {
      id,
      place: () => placeNode(built, folder, staging),
      discard: () => staging.discard(built),
    }
  } catch (thrown) {
    throw storeFailure('create', folder, thrown)
  }
}

/** Leaves nothing of what was built when it is not placed. */
async function placeNode(
  built: string,
  folder: string,
  staging: Staging,
): Promise<'created' | 'exists'> {
  try {
    const placed = !(await isTaken(folder)) && (await staging.place(built, folder))
    if (placed) {
      await syncFolder(dirname(folder))
      return 'created'
    }
  } catch (thrown) {
    await staging.discard(built)
    throw storeFailure('create', folder, thrown)
  }
  await staging.discard(built)
  // What took the place may be no folder: then this says so.
  await hasFolder(folder)
  return 'exists'
}

function contentsOf(files: NewNode): readonly Content[] {
  const { report, startupConfig, definition, pattern, attributes, configHandler } = files
  const program = FILE_MODE | 0o110
  return [
    content(FILES.report, report && Buffer.from(reportToJson(report))),
    content(FILES.startupConfig, startupConfig),
    content(FILES.definition, definition),
    content(FILES.pattern, pattern === undefined ? undefined : Buffer.from(pattern)),
    content(FILES.attributes, attributes),
    content(FILES.configHandler, configHandler, program),
  ].flat()
}

function content(
  name: string,
  bytes: Uint8Array | undefined,
  mode: number = FILE_MODE,
): readonly Content[] {
  return bytes === undefined ? [] : [{ name, bytes, mode }]
}

/** @param parent whose group, and owner where we are root, the folder and its files get */
async function fill(folder: string, contents: readonly Content[], parent: string): Promise<void> {
  const [made, above] = await Promise.all([statOf(folder), statOf(parent)])
  const theirs = ownerIn(above)
  const owner = isOwnedBy(theirs, made) ? undefined : theirs
  if (owner !== undefined) await unlessForbidden(chown(folder, owner.uid, owner.gid))
  const written = await Promise.allSettled(
    contents.map(({ name, bytes, mode }) =>
      writeNewFile(join(folder, name), bytes, { mode, owner }),
    ),
  )
  // All have ended, so what failed can be cleared away whole.
  const failed = written.find((each) => each.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  await syncFolder(folder)
}
