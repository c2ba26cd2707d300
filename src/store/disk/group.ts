import { chown, lstat } from 'node:fs/promises'
import { isErrno } from './failure.ts'

/**
 * Gives what was just created the group of its folder.
 *
 * A user outside that group may not: the file then keeps the server's own group, as with any
 * program.
 *
 * @param path neither it nor its group is anyone else's business yet; links are not followed
 */
export async function takeGroupOf(folder: { readonly gid: bigint }, path: string): Promise<void> {
  const gid = Number(folder.gid)
  if ((await lstat(path)).gid !== gid) await unlessForbidden(chown(path, -1, gid))
}

/** Waits for a change of owner; being no superuser is no failure. */
export async function unlessForbidden(change: Promise<void>): Promise<void> {
  try {
    await change
  } catch (thrown) {
    if (!isErrno(thrown, 'EPERM')) throw thrown
  }
}
