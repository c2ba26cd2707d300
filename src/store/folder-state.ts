import { access, constants, stat, statfs } from 'node:fs/promises'
import type { FolderState } from '../provision/doctor/ports.ts'
import { isErrno } from './disk/failure.ts'

/** What the user of this process can do with a folder. Anything but a folder counts as absent. */
export async function folderState(path: string): Promise<FolderState> {
  try {
    if (!(await stat(path)).isDirectory()) return 'absent'
  } catch (thrown) {
    return isErrno(thrown, 'EACCES', 'EPERM') ? 'unreadable' : 'absent'
  }
  if (!(await may(path, constants.R_OK | constants.X_OK))) return 'unreadable'
  return (await may(path, constants.W_OK)) ? 'writable' : 'read-only'
}

async function may(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  )
}

/** What users other than root can still write to the disk of a folder. */
export async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path)
  return bavail * bsize
}

/** The number of whose a folder is; undefined when it is not there. */
export async function ownerOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined)
  return found?.uid
}
