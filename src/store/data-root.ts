import { constants, type Stats } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ZtpError } from '../kernel/errors.ts'
import { isErrno, storeFailure } from './disk/failure.ts'
import { danglingLink } from './disk/link-target.ts'
import { makeFolder } from './disk/make-folder.ts'

/** Where everything of a data directory is. */
export type DataRoot = {
  readonly folder: string
  readonly nodes: string
  readonly resources: string
  /** Ours: versions, archives, locks, half-built folders. */
  readonly state: string
}

/**
 * Checks at start that the data directory is one we can work on, and makes what of it is ours to
 * make: `nodes`, `resources` and the state folder.
 *
 * @param folder `data_root`
 * @param state `[state] path`; `.ztps` in the data directory by default
 * @throws ZtpError ZTP_BAD_DATA_ROOT with the path and what is missing
 */
export async function prepareDataRoot(
  folder: string,
  state: string = join(folder, '.ztps'),
): Promise<DataRoot> {
  await demandDataRoot(folder)
  const root = { folder, nodes: join(folder, 'nodes'), resources: join(folder, 'resources'), state }
  for (const ours of [root.nodes, root.resources, root.state]) {
    await provideFolder(ours)
    await demandFolder(ours, 'rwx')
  }
  return root
}

/** That the data directory is there and can be read. @throws ZtpError ZTP_BAD_DATA_ROOT */
export async function demandDataRoot(folder: string): Promise<void> {
  await demandFolder(folder, 'rx')
}

async function provideFolder(path: string): Promise<void> {
  try {
    await makeFolder(path)
  } catch (thrown) {
    // What is in the way is told better by the check that follows.
    if (isErrno(thrown, 'EEXIST')) return
    throw bad(storeFailure('create', path, thrown).message, thrown)
  }
}

async function demandFolder(path: string, permissions: 'rx' | 'rwx'): Promise<void> {
  const found = await look(path)
  if (!found.isDirectory()) throw bad(`${path} is not a folder`)
  const missing: string[] = []
  for (const { letter, name, flag } of PERMISSIONS) {
    if (permissions.includes(letter) && !(await may(path, flag))) missing.push(name)
  }
  if (missing.length > 0) {
    const need = missing.join(' and ')
    throw bad(`the server's user has no ${need} permission on the folder ${path}`)
  }
}

const PERMISSIONS = [
  { letter: 'r', name: 'read', flag: constants.R_OK },
  { letter: 'w', name: 'write', flag: constants.W_OK },
  { letter: 'x', name: 'search (x)', flag: constants.X_OK },
]

async function look(path: string): Promise<Stats> {
  try {
    return await stat(path)
  } catch (thrown) {
    if (isErrno(thrown, 'ENOENT')) {
      const missing = `${path} does not exist; \`ztps init\` makes a data directory, data_root names it`
      throw bad((await danglingLink(path)) ?? missing)
    }
    throw bad(storeFailure('read', path, thrown).message, thrown)
  }
}

async function may(path: string, flag: number): Promise<boolean> {
  try {
    await access(path, flag)
    return true
  } catch (thrown) {
    if (isErrno(thrown, 'EACCES', 'EPERM')) return false
    throw bad(storeFailure('write', path, thrown).message, thrown)
  }
}

function bad(message: string, cause?: unknown): ZtpError {
  return new ZtpError('ZTP_BAD_DATA_ROOT', `data directory: ${message}`, cause)
}
