import { readdir, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Clock } from '../kernel/clock.ts'
import type { DataRoot } from './data-root.ts'
import { isErrno } from './disk/failure.ts'
import { isTemporary } from './disk/temporary.ts'
import { STAGING_IN_NODES } from './nodes/staging.ts'

/** Nothing of ours takes this long: who made it is dead, on whatever machine. */
const OLD_MS = 60 * 60 * 1000

/**
 * Clears away what processes left that died half-way: folders never renamed into place, and
 * temporaries beside files. Meant to run beside the server; other processes may be at work.
 *
 * @returns what was removed
 * @throws the system's error
 */
export async function removeLeftovers(root: DataRoot, clock: Clock): Promise<readonly string[]> {
  const [versions, archive] = [join(root.state, 'versions'), join(root.state, 'archive')]
  const candidates = [
    ...(await childrenOf(join(root.state, 'new'))),
    ...(await childrenOf(join(root.nodes, STAGING_IN_NODES))),
    ...(await temporariesIn(root.nodes)),
    ...(await temporariesIn(root.resources)),
  ]
  for (const above of [root.nodes, versions, archive]) {
    for (const folder of await childrenOf(above)) candidates.push(...(await temporariesIn(folder)))
  }
  const removed: string[] = []
  for (const path of candidates) {
    if (!(await isOld(path, clock))) continue
    await rm(path, { recursive: true, force: true })
    removed.push(path)
  }
  return removed
}

/** @returns none for what is no folder, or is gone */
async function childrenOf(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).map((name) => join(folder, name))
  } catch (thrown) {
    if (isErrno(thrown, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES')) return []
    throw thrown
  }
}

async function temporariesIn(folder: string): Promise<readonly string[]> {
  return (await childrenOf(folder)).filter((path) => isTemporary(basename(path)))
}

async function isOld(path: string, clock: Clock): Promise<boolean> {
  try {
    return clock.now() - (await stat(path)).ctimeMs > OLD_MS
  } catch (thrown) {
    if (isErrno(thrown, 'ENOENT')) return false
    throw thrown
  }
}
