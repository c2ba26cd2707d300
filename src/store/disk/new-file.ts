import { fchown } from 'node:fs'
import { promisify } from 'node:util'
import { close, fsync, open, writeAll } from './calls.ts'
import { type Owner, unlessForbidden } from './owner.ts'

const changeOwner = promisify(fchown)

/**
 * Makes a file that must not exist, with its content on disk. Its name is not: sync the folder.
 *
 * @param mode before the umask
 * @param owner whose it is to be, where that is not so by itself
 * @throws the system's error
 */
export async function writeNewFile(
  path: string,
  bytes: Uint8Array,
  { mode, owner }: { readonly mode: number; readonly owner?: Owner | undefined },
): Promise<void> {
  const file = await open(path, 'wx', mode)
  try {
    await writeAll(file, bytes)
    if (owner !== undefined) await unlessForbidden(changeOwner(file, owner.uid, owner.gid))
    await fsync(file)
  } finally {
    await close(file)
  }
}
