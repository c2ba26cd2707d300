import { ZtpError } from '../../kernel/errors.ts'
import { statIfAny } from '../disk/calls.ts'
import { storeFailure } from '../disk/failure.ts'
import { danglingLink } from '../disk/link-target.ts'
import type { NodePaths } from './node-paths.ts'

/** Whether there is such a file; a link counts by what it leads to. @throws ZtpError */
async function exists(path: string): Promise<boolean> {
  try {
    return (await statIfAny(path)) !== undefined
  } catch (thrown) {
    throw storeFailure('read', path, thrown)
  }
}

/**
 * Whether the node has a folder; a link to one counts.
 *
 * @throws ZtpError ZTP_STORE_FAILED for a link that leads nowhere or in a circle, for a file in the
 *   folder's place, and for what may not be looked at
 */
export async function hasFolder(folder: string): Promise<boolean> {
  try {
    const stats = await statIfAny(folder)
    if (stats?.isDirectory()) return true
    const wrong = stats === undefined ? await danglingLink(folder) : `${folder} is not a folder`
    if (wrong === undefined) return false
    throw new ZtpError('ZTP_STORE_FAILED', wrong)
  } catch (thrown) {
    throw storeFailure('read', folder, thrown)
  }
}

/**
 * The folder is looked for first: it appears whole, so that one that is there has all its files.
 *
 * @returns `configured` when the folder holds a definition or a startup-config
 */
export async function stateOf(paths: NodePaths): Promise<'absent' | 'empty' | 'configured'> {
  if (!(await hasFolder(paths.folder))) return 'absent'
  const [definition, startupConfig] = await Promise.all([
    exists(paths.definition),
    exists(paths.startupConfig),
  ])
  return definition || startupConfig ? 'configured' : 'empty'
}
