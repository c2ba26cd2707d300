import type { Stats } from 'node:fs'
import { readdir, readFile, realpath, rename, rm, rmdir, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Identifier, type NodeId, nodeIdOf } from '../../node/identity.ts'
import { parseReportFile } from '../../node/report-file.ts'
import { replaceFile } from '../atomic-write.ts'
import { isErrno, storeFailure } from '../disk/failure.ts'
import { lstatIfAny } from '../disk/link-target.ts'
import { makeFolder } from '../disk/make-folder.ts'
import { readIfAny } from '../disk/read-if-any.ts'
import { syncFolder } from '../disk/sync-folder.ts'
import { stateOf } from './folder-state.ts'
import { FILES, type NodePaths } from './node-paths.ts'

/** One node's folder on its way to another. The caller holds the locks of both. */
type HandOver = {
  readonly from: NodePaths
  readonly to: NodePaths
  /** Whose it will be. */
  readonly heir: NodeId
  readonly identifier: Identifier
  readonly overwrite: boolean
}

/**
 * Renames one node's folder to the other's name. Until that one step the first is configured and the
 * other is not, and from then on the other way round; so says whatever process looks, and a process
 * that dies in between leaves one or the other.
 *
 * What comes before: the folder gets the heir's report in place of its own, and the heir's folder is
 * emptied, or an empty one made, so that no POST makes it a node of its own meanwhile.
 *
 * @returns `occupied` when the heir has a definition or startup-config of its own
 * @throws ZtpError ZTP_STORE_FAILED
 */
export async function handOver(what: HandOver): Promise<'done' | 'occupied'> {
  const { from, to, overwrite } = what
  try {
    const [giver, taker] = [await lstatIfAny(from.folder), await lstatIfAny(to.folder)]
    const isLink = giver?.isSymbolicLink() === true
    const taken = await kindOf(to.folder, from.folder, taker)
    if (!overwrite && taken !== 'link to it' && (await stateOf(to)) === 'configured') {
      return 'occupied'
    }
    // Through a link the report is that of a folder which stays another node's.
    if (!isLink) await takeReport(what, taken === 'folder')
    await vacate(to.folder, taken)
    if (isLink) await rmdir(to.folder)
    await rename(from.folder, to.folder)
    await syncFolder(dirname(to.folder))
    return 'done'
  } catch (thrown) {
    // A POST made the heir a node of its own at this very moment.
    if (isErrno(thrown, 'ENOTEMPTY', 'EEXIST', 'EISDIR')) return 'occupied'
    throw storeFailure('write', to.folder, thrown)
  }
}

type Kind = 'absent' | 'folder' | 'link' | 'link to it'

/** What has the heir's name. */
async function kindOf(path: string, other: string, stats: Stats | undefined): Promise<Kind> {
  if (stats === undefined) return 'absent'
  if (!stats.isSymbolicLink()) return 'folder'
  const [here, there] = await Promise.all(
    [path, other].map((each) => realpath(each).catch(() => undefined)),
  )
  return here !== undefined && here === there ? 'link to it' : 'link'
}

/** The heir's report, or none: a process that died may have put it there already. */
async function takeReport({ from, to, heir, identifier }: HandOver, hasFolder: boolean) {
  const report = hasFolder ? await readIfAny(to.report) : undefined
  if (report !== undefined) {
    await replaceFile(from.report, report)
    return
  }
  const mine = await readFile(from.report, 'utf8').catch(() => '')
  const { value } = parseReportFile(mine, from.report)
  const found = value && nodeIdOf(value, identifier)
  if (found?.kind === 'found' && found.id === heir) return
  await rm(from.report, { force: true })
  await syncFolder(from.folder)
}

/** Leaves an empty folder. What makes a node configured goes first: from then on a POST is refused. */
async function vacate(folder: string, kind: Kind): Promise<void> {
  if (kind === 'folder') {
    const names = [FILES.startupConfig, FILES.definition, ...(await readdir(folder))]
    for (const name of new Set(names)) {
      await rm(join(folder, name), { recursive: true, force: true })
    }
    return
  }
  if (kind !== 'absent') await unlink(folder)
  await makeFolder(folder)
}
