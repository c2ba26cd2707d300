import type { Stats } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ZtpError } from '../kernel/errors.ts'
import { statOf } from './disk/calls.ts'
import { storeFailure } from './disk/failure.ts'
import { linkTarget } from './disk/link-target.ts'
import { takeOwnerOf, unlessForbidden } from './disk/owner.ts'
import { syncFolder } from './disk/sync-folder.ts'
import { temporaryBeside } from './disk/temporary.ts'

/** Configurations hold secrets: nothing for others. The umask takes more away. */
export const FILE_MODE = 0o660

/**
 * Replaces a file's content, or makes the file: at any moment, and after a power loss, it is the
 * old content or the new, whole.
 *
 * Writing through a symbolic link replaces what it points to. A replaced file keeps owner, group
 * and mode; a new one is 0660 less the umask with the group of its folder.
 *
 * @throws ZtpError ZTP_STORE_FAILED; the file is as it was and no temporary is left
 */
export async function replaceFile(
  path: string,
  bytes: Uint8Array,
): Promise<'created' | 'replaced'> {
  try {
    const target = await linkTarget(path)
    if (target.now?.isFile() === false) {
      throw new ZtpError('ZTP_STORE_FAILED', `${target.path} is not a regular file: left as it is`)
    }
    await replace(target.path, target.now, bytes)
    await syncFolder(dirname(target.path))
    return target.now === undefined ? 'created' : 'replaced'
  } catch (thrown) {
    throw storeFailure('write', path, thrown)
  }
}

async function replace(path: string, old: Stats | undefined, bytes: Uint8Array): Promise<void> {
  const temporary = temporaryBeside(path)
  try {
    await writeTemporary(temporary, old, bytes)
    if (old === undefined) await takeOwnerOf(await statOf(dirname(path)), temporary)
    await rename(temporary, path)
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => {})
    throw thrown
  }
}

async function writeTemporary(
  path: string,
  old: Stats | undefined,
  bytes: Uint8Array,
): Promise<void> {
  // Until it has the old file's owner, nobody else may open it.
  const file = await open(path, 'wx', old === undefined ? FILE_MODE : 0o600)
  try {
    await file.writeFile(bytes)
    if (old !== undefined) await dressAs(file, old)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function dressAs(file: FileHandle, old: Stats): Promise<void> {
  const now = await file.stat()
  if (now.uid !== old.uid || now.gid !== old.gid) {
    await unlessForbidden(file.chown(-1, old.gid))
    await unlessForbidden(file.chown(old.uid, -1))
  }
  await file.chmod(old.mode & 0o7777)
}
