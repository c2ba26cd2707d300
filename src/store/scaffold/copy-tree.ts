import type { Dirent } from 'node:fs'
import { readdir, readFile, readlink, stat, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { FILE_MODE } from '../atomic-write.ts'
import { statOf } from '../disk/calls.ts'
import { isErrno, storeFailure } from '../disk/failure.ts'
import { makeFolder } from '../disk/make-folder.ts'
import { writeNewFile } from '../disk/new-file.ts'
import { takeOwnerOf } from '../disk/owner.ts'

/** Paths below the folder copied to, in the order met. */
export type Copied = {
  readonly copied: readonly string[]
  /** Were there already, and were left as they are. */
  readonly kept: readonly string[]
}

/**
 * Copies a tree, links as links, and never overwrites anything: running it again fills gaps.
 *
 * Files get 0660 less the umask, and the x-bits of owner and group where the source has them.
 *
 * @param to made if absent
 * @throws ZtpError ZTP_STORE_FAILED; what was copied before stays
 */
export async function copyTree(from: string, to: string): Promise<Copied> {
  const copied: string[] = []
  const kept: string[] = []
  try {
    await makeFolder(to)
    for await (const { path, entry } of walk(from, '')) {
      const fresh = await copyEntry(entry, join(from, path), join(to, path))
      if (!entry.isDirectory()) (fresh ? copied : kept).push(path)
    }
  } catch (thrown) {
    throw storeFailure('write', to, thrown)
  }
  return { copied, kept }
}

type Found = { readonly path: string; readonly entry: Dirent }

/** Everything below a folder, folders before what is in them. Links are not followed. */
async function* walk(root: string, below: string): AsyncGenerator<Found> {
  for (const entry of await readdir(join(root, below), { withFileTypes: true })) {
    const path = join(below, entry.name)
    yield { path, entry }
    if (entry.isDirectory()) yield* walk(root, path)
  }
}

/** @returns false when something has the name already */
async function copyEntry(entry: Dirent, source: string, target: string): Promise<boolean> {
  if (entry.isDirectory()) {
    await makeFolder(target)
    return true
  }
  try {
    if (entry.isSymbolicLink()) await symlink(await readlink(source), target)
    else await copyFile(source, target)
    return true
  } catch (thrown) {
    if (isErrno(thrown, 'EEXIST')) return false
    throw thrown
  }
}

/** @throws the system's error, EEXIST when something has the name */
export async function copyFile(source: string, target: string): Promise<void> {
  await makeFolder(dirname(target))
  const executable = ((await stat(source)).mode & 0o100) !== 0
  const mode = executable ? FILE_MODE | 0o110 : FILE_MODE
  await writeNewFile(target, await readFile(source), { mode })
  await takeOwnerOf(await statOf(dirname(target)), target)
}
