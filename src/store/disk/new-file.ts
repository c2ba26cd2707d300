import { fchown } from 'node:fs'
import { promisify } from 'node:util'
import { close, fsync, open, writeAll } from './calls.ts'
import { unlessForbidden } from './group.ts'

const changeOwner = promisify(fchown)

/**
 * Makes a file that must not exist, with its content on disk. Its name is not: sync the folder.
 *
 * @param mode before the umask
 * @param gid its group, where that is not the one it gets by itself
 * @throws the system's error
 */
export async function writeNewFile(
  path: string,
  bytes: Uint8Array,
  { mode, gid }: { readonly mode: number; readonly gid?: number | undefined },
): Promise<void> {
  const file = await open(path, 'wx', mode)
  try {
    await writeAll(file, bytes)
    if (gid !== undefined) await unlessForbidden(changeOwner(file, -1, gid))
    await fsync(file)
  } finally {
    await close(file)
  }
}
