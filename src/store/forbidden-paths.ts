import { access, constants, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isErrno } from './disk/failure.ts'

/**
 * What the user of this process may not use below a folder, however deep: files that cannot be
 * read, folders that cannot be looked into or, for `write`, written to. What is not there, and what
 * links lead to nowhere, is no matter here.
 */
export async function forbiddenIn(
  folder: string,
  may: 'read' | 'write',
): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const isClosed = await Promise.all(
    entries.map((each) =>
      isForbidden(join(folder, each.name), each.isDirectory() ? FOLDER[may] : constants.R_OK),
    ),
  )
  const found: string[] = []
  for (const [at, each] of entries.entries()) {
    const path = join(folder, each.name)
    if (isClosed[at]) found.push(path)
    if (each.isDirectory()) for (const below of await forbiddenIn(path, may)) found.push(below)
  }
  return found
}

const LOOK = constants.R_OK | constants.X_OK
const FOLDER = { read: LOOK, write: LOOK | constants.W_OK }

async function isForbidden(path: string, mode: number): Promise<boolean> {
  try {
    await access(path, mode)
    return false
  } catch (thrown) {
    return isErrno(thrown, 'EACCES', 'EPERM', 'EROFS')
  }
}
