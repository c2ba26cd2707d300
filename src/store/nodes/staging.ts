import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { mkdir, rename, statOf } from '../disk/calls.ts'
import { isErrno } from '../disk/failure.ts'
import { FOLDER_MODE, makeFolder } from '../disk/make-folder.ts'
import { temporaryBeside, uniqueMark } from '../disk/temporary.ts'

/** Beside the nodes, where the state folder is on another device. Never a node: ids have no dot first. */
export const STAGING_IN_NODES = '.ztps-new'

/** Where folders are built before they appear under nodes/. */
export type Staging = {
  /** A new empty folder, on the same device as nodes/. */
  make(name: string): Promise<string>
  /**
   * Gives what was built its place.
   *
   * @returns false when the place is taken; the folder built is still there then
   */
  place(built: string, path: string): Promise<boolean>
  discard(built: string): Promise<void>
}

export function createStaging(stateFolder: string, nodesFolder: string): Staging {
  const inState = join(stateFolder, 'new')
  const inNodes = join(nodesFolder, STAGING_IN_NODES)
  let home: Promise<string> | undefined

  async function choose(): Promise<string> {
    await makeFolder(inState)
    const [state, nodes] = await Promise.all([statOf(inState), statOf(nodesFolder)])
    if (state.dev === nodes.dev && (await canRename(inState, nodesFolder))) return inState
    await makeFolder(inNodes)
    return inNodes
  }

  async function makeIn(name: string): Promise<string> {
    home ??= choose().catch((thrown: unknown) => {
      home = undefined
      throw thrown
    })
    const folder = join(await home, `${name}.${uniqueMark()}`)
    await mkdir(folder, { mode: FOLDER_MODE })
    return folder
  }

  return {
    async make(name) {
      try {
        return await makeIn(name)
      } catch (thrown) {
        if (!isErrno(thrown, 'ENOENT')) throw thrown
        // Somebody removed the state folder while the server ran.
        home = undefined
        return makeIn(name)
      }
    },
    async place(built, path) {
      try {
        await rename(built, path)
        return true
      } catch (thrown) {
        if (isErrno(thrown, 'ENOTEMPTY', 'EEXIST', 'ENOTDIR')) return false
        throw thrown
      }
    },
    discard: (built) => rm(built, { recursive: true, force: true }).catch(() => {}),
  }
}

/** Two mounts of one device have the same number, and yet nothing moves between them. */
async function canRename(from: string, to: string): Promise<boolean> {
  const [here, there] = [temporaryBeside(join(from, 'probe')), temporaryBeside(join(to, 'probe'))]
  await mkdir(here, { mode: FOLDER_MODE })
  try {
    await rename(here, there)
    await rm(there, { recursive: true })
    return true
  } catch (thrown) {
    await rm(here, { recursive: true, force: true })
    if (isErrno(thrown, 'EXDEV')) return false
    throw thrown
  }
}
