import type { Stats } from 'node:fs'
import { lstat, readlink } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { ZtpError } from '../../kernel/errors.ts'
import { isErrno } from './failure.ts'

/** As many as Linux follows before it says ELOOP. */
const MOST_LINKS = 40

/** Where a write to a path ends up, and what is there now. */
export type Target = { readonly path: string; readonly now: Stats | undefined }

/**
 * Follows the symbolic links that a path ends in; the last may point to a file not made yet.
 *
 * @throws ZtpError ZTP_STORE_FAILED for a circle of links; the system's error
 */
export async function linkTarget(path: string): Promise<Target> {
  let here = path
  for (let links = 0; links <= MOST_LINKS; links += 1) {
    const now = await lstatIfAny(here)
    if (!now?.isSymbolicLink()) return { path: here, now }
    here = resolve(dirname(here), await readlink(here))
  }
  throw new ZtpError('ZTP_STORE_FAILED', `${path}: its symbolic links lead in a circle`)
}

/** What has the path itself, a link for instance. @returns undefined when nothing has */
export async function lstatIfAny(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path)
  } catch (thrown) {
    if (isErrno(thrown, 'ENOENT')) return undefined
    throw thrown
  }
}

/**
 * What to say of a symbolic link that leads nowhere.
 *
 * @returns undefined when nothing at all has the name, or it is no link
 */
export async function danglingLink(path: string): Promise<string | undefined> {
  try {
    return `${path} is a symbolic link to ${await readlink(path)}, which does not exist`
  } catch (thrown) {
    if (isErrno(thrown, 'ENOENT', 'EINVAL', 'ENOTDIR')) return undefined
    throw thrown
  }
}
