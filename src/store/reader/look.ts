import { statSync } from 'node:fs'
import { join } from 'node:path'
import { storeFailure } from '../disk/failure.ts'
import { stampText } from '../disk/stamp.ts'
import { hasFolder } from '../nodes/folder-state.ts'
import { FILES } from '../nodes/node-paths.ts'
import type { FolderState } from './messages.ts'

// Synchronous where nothing is wrong: this runs in the reader worker.

/** @returns the file's stamp; undefined when nothing is there @throws the system's error */
export function stampAt(path: string): string | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stats && stampText(stats)
}

/** Whether there is a file, links followed. @throws ZtpError ZTP_STORE_FAILED */
export function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined
  } catch (thrown) {
    throw storeFailure('read', path, thrown)
  }
}

/** @returns `empty` for any folder @throws ZtpError as hasFolder does */
export async function presenceOf(folder: string): Promise<FolderState> {
  // What is no folder at the first look is looked at closely.
  return isFolder(folder) || (await hasFolder(folder)) ? 'empty' : 'absent'
}

/** What stateOf says, by the quick way. @throws as stateOf does */
export async function stateAt(folder: string): Promise<FolderState> {
  const presence = await presenceOf(folder)
  const isConfigured =
    presence !== 'absent' &&
    (isThere(join(folder, FILES.definition)) || isThere(join(folder, FILES.startupConfig)))
  return isConfigured ? 'configured' : presence
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  } catch {
    return false
  }
}
