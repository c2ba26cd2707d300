import { chown, lstat } from 'node:fs/promises'
import { isErrno } from './failure.ts'

/** `sudo ztps` is how an operator may run a command beside a server that runs as another user. */
const isRoot = process.geteuid?.() === 0

/**
 * Whose a thing made in a folder is to be: the group of the folder; and its owner too where we are
 * root, or the server could not write what a command of the operator made.
 *
 * @returns ids as chown takes them: -1 changes nothing
 */
export function ownerIn(folder: { readonly uid: bigint; readonly gid: bigint }): Owner {
  return { uid: isRoot ? Number(folder.uid) : -1, gid: Number(folder.gid) }
}

export type Owner = { readonly uid: number; readonly gid: number }

/** Whether a thing is theirs already. */
export function isOwnedBy({ uid, gid }: Owner, thing: Ids): boolean {
  return Number(thing.gid) === gid && (uid === -1 || Number(thing.uid) === uid)
}

type Ids = { readonly uid: number | bigint; readonly gid: number | bigint }

/**
 * Gives what was just created to whom it is to be in its folder.
 *
 * A user outside the folder's group may not: the file then keeps the server's own group, as with
 * any program.
 *
 * @param path neither it nor its group is anyone else's business yet; links are not followed
 */
export async function takeOwnerOf(
  folder: { readonly uid: bigint; readonly gid: bigint },
  path: string,
): Promise<void> {
  const owner = ownerIn(folder)
  if (isOwnedBy(owner, await lstat(path))) return
  await unlessForbidden(chown(path, owner.uid, owner.gid))
}

/** Waits for a change of owner; being no superuser is no failure. */
export async function unlessForbidden(change: Promise<void>): Promise<void> {
  try {
    await change
  } catch (thrown) {
    if (!isErrno(thrown, 'EPERM')) throw thrown
  }
}
