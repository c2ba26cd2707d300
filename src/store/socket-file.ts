import { type BigIntStats, promises as fs } from 'node:fs'
import { reasonOf, ZtpError } from '../kernel/errors.ts'
import { isErrno } from './disk/failure.ts'

/** Whom a unix socket is for. */
export type SocketOwner = {
  readonly mode: number
  /** Numbers; undefined for those of the process. */
  readonly uid: number | undefined
  readonly gid: number | undefined
}

/** The file system's part in unix sockets. */
export function createSocketFiles(owner: SocketOwner) {
  return {
    kindOf,
    vacant,
    install: (made: string, path: string) => install(made, path, owner),
  }
}

/** What has the name. */
async function kindOf(path: string): Promise<'absent' | 'socket' | 'other'> {
  const found = await lookAt(path)
  if (found === undefined) return 'absent'
  return found.isSocket() ? 'socket' : 'other'
}

/** A name beside the path for this process; what a dead one of the same number left is removed. */
async function vacant(path: string): Promise<string> {
  const name = `${path}~${process.pid}`
  await fs.rm(name, { force: true })
  return name
}

/**
 * Dresses a socket and renames it into place.
 *
 * @returns what removes it, unless another has taken its name since
 * @throws ZtpError ZTP_CANNOT_LISTEN; the socket is gone then
 */
async function install(
  made: string,
  path: string,
  { mode, uid, gid }: SocketOwner,
): Promise<{ remove(): Promise<void> }> {
  try {
    await give(made, uid, gid)
    await fs.chmod(made, mode)
    const ours = await fs.lstat(made, { bigint: true })
    await fs.rename(made, path)
    return { remove: () => removeIfSame(path, ours) }
  } catch (thrown) {
    await fs.rm(made, { force: true })
    const message = `cannot listen on unix:${path}: ${reasonOf(thrown)}`
    throw new ZtpError('ZTP_CANNOT_LISTEN', message, thrown)
  }
}

/** @throws Error that says what would be right, where a user that is not root may not */
async function give(made: string, uid: number | undefined, gid: number | undefined): Promise<void> {
  if (uid === undefined && gid === undefined) return
  try {
    await fs.chown(made, uid ?? -1, gid ?? -1)
  } catch (thrown) {
    if (!isErrno(thrown, 'EPERM')) throw thrown
    throw new Error('the user must be a member of the group of [server] socket_group', {
      cause: thrown,
    })
  }
}

async function removeIfSame(path: string, ours: BigIntStats): Promise<void> {
  const now = await lookAt(path)
  if (now?.ino !== ours.ino || now.dev !== ours.dev) return
  // Who has changed its user since may lack the permission: the next start replaces it.
  await fs.rm(path).catch(() => {})
}

async function lookAt(path: string): Promise<BigIntStats | undefined> {
  try {
    return await fs.lstat(path, { bigint: true })
  } catch (thrown) {
    if (isErrno(thrown, 'ENOENT', 'ENOTDIR', 'EACCES')) return undefined
    throw thrown
  }
}
