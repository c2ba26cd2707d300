import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { statIfAny, statOf } from './calls.ts'
import { isErrno } from './failure.ts'
import { takeOwnerOf } from './owner.ts'
import { syncFolder } from './sync-folder.ts'

/** Configurations hold secrets: nothing for others. */
export const FOLDER_MODE = 0o770

/**
 * Makes a folder and those above it that are missing, each with the group of its parent,
 * and its owner too where we are root.
 *
 * @throws the system's error, also when something other than a folder is in the way
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: FOLDER_MODE })
  } catch (thrown) {
    if (isErrno(thrown, 'EEXIST') && (await statIfAny(path))?.isDirectory()) return
    if (!isErrno(thrown, 'ENOENT') || dirname(path) === path) throw thrown
    await makeFolder(dirname(path))
    return makeFolder(path)
  }
  await takeOwnerOf(await statOf(dirname(path)), path)
  await syncFolder(dirname(path))
}
