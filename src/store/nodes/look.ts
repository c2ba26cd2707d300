import { readdir, readlink, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { naturally } from '../../kernel/natural-order.ts'
import { type NodeId, parseNodeId } from '../../node/identity.ts'
import type { NodeFile, NodePlace } from '../../provision/nodes/ports.ts'
import { list } from '../disk/calls.ts'
import { isErrno, storeFailure } from '../disk/failure.ts'
import { lstatIfAny } from '../disk/link-target.ts'
import { isTemporary } from '../disk/temporary.ts'
import type { DefinitionOrigins } from './definition-origin.ts'
import { FILES, type NodePaths } from './node-paths.ts'

/**
 * Every name in nodes/ that a node may have and that is no file. A link that leads nowhere is a
 * node's: somebody has to be told.
 *
 * @throws ZtpError ZTP_STORE_FAILED
 */
export async function nodeIds(nodesFolder: string): Promise<readonly NodeId[]> {
  try {
    const entries = await readdir(nodesFolder, { withFileTypes: true })
    const ids = await Promise.all(
      entries.map(async (entry) => {
        const is = entry.isSymbolicLink()
          ? await mayBeFolder(join(nodesFolder, entry.name))
          : entry.isDirectory()
        return is ? parseNodeId(entry.name) : undefined
      }),
    )
    return ids.filter((id) => id !== undefined).sort(naturally)
  } catch (thrown) {
    if (isErrno(thrown, 'ENOENT')) return []
    throw storeFailure('read', nodesFolder, thrown)
  }
}

async function mayBeFolder(link: string): Promise<boolean> {
  return stat(link).then(
    (stats) => stats.isDirectory(),
    () => true,
  )
}

/**
 * What a node's folder holds, without reading it.
 *
 * @returns undefined when nothing has the name
 * @throws ZtpError ZTP_STORE_FAILED
 */
export async function lookAt(
  { folder, definition }: NodePaths,
  origins: DefinitionOrigins,
): Promise<NodePlace | undefined> {
  try {
    const itself = await lstatIfAny(folder)
    if (itself === undefined) return undefined
    const files = await filesIn(folder)
    const origin = files.some((each) => each.name === FILES.definition)
    return {
      folder,
      ...(itself.isSymbolicLink() && (await leadOf(folder))),
      files,
      ...(origin && { definition: await origins.of(definition) }),
    }
  } catch (thrown) {
    throw storeFailure('read', folder, thrown)
  }
}

/** Where a link leads. */
async function leadOf(folder: string): Promise<Pick<NodePlace, 'link' | 'leadsTo'>> {
  const link = await readlink(folder)
  const [target, nodes] = await Promise.all(
    [folder, dirname(folder)].map((each) => realpath(each).catch(() => undefined)),
  )
  if (target === undefined || dirname(target) !== nodes) return { link }
  const leadsTo = parseNodeId(basename(target))
  return { link, ...(leadsTo && { leadsTo }) }
}

/** @returns none for a link that leads nowhere */
async function filesIn(folder: string): Promise<readonly NodeFile[]> {
  const names = await list(folder).catch((thrown: unknown) => {
    if (isErrno(thrown, 'ENOENT', 'ENOTDIR', 'ELOOP')) return []
    throw thrown
  })
  const files = await Promise.all(
    names.filter((name) => !isTemporary(name)).map((name) => fileAt(join(folder, name), name)),
  )
  return files.filter((each) => each !== undefined).sort((a, b) => naturally(a.name, b.name))
}

/** @returns undefined for a folder, and for what has gone meanwhile */
async function fileAt(path: string, name: string): Promise<NodeFile | undefined> {
  const itself = await lstatIfAny(path)
  if (itself === undefined || itself.isDirectory()) return undefined
  if (!itself.isSymbolicLink()) return { name, bytes: itself.size, modified: itself.mtimeMs }
  const [link, target] = await Promise.all([readlink(path), stat(path).catch(() => itself)])
  return { name, bytes: target.size, modified: target.mtimeMs, link }
}
