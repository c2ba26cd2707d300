import { createHash } from 'node:crypto'
import { lstat, readdir, readFile, readlink, realpath } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import type { DefinitionOrigin } from '../../provision/nodes/ports.ts'
import { isErrno, storeFailure } from '../disk/failure.ts'

/** Tells where the definitions in node folders come from. */
export type DefinitionOrigins = {
  /** @param path a file `definition`, which exists, or a link */
  of(path: string): Promise<DefinitionOrigin>
}

/**
 * A link is followed one step; a file is looked for among definitions/ by its content. Those are
 * read once: this is for a command, not for a server.
 */
export function createDefinitionOrigins(definitionsFolder: string): DefinitionOrigins {
  let byContent: Promise<ReadonlyMap<string, string>> | undefined
  return {
    async of(path) {
      try {
        if ((await lstat(path)).isSymbolicLink()) return await linkOrigin(path, definitionsFolder)
        byContent ??= readAll(definitionsFolder)
        const name = (await byContent).get(digest(await readFile(path)))
        return name === undefined ? { kind: 'own', name: null } : { kind: 'copy', name }
      } catch (thrown) {
        throw storeFailure('read', path, thrown)
      }
    },
  }
}

async function linkOrigin(path: string, definitionsFolder: string): Promise<DefinitionOrigin> {
  const to = await readlink(path)
  const [folder, definitions] = await Promise.all(
    [dirname(path), definitionsFolder].map((each) => realpath(each).catch(() => each)),
  )
  const name = relative(definitions ?? '', resolve(folder ?? '', to))
  return { kind: 'link', name: name.startsWith('..') ? to : name }
}

/** @returns digest → path under the folder; of equal files the first */
async function readAll(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(orNone)
  const paths = entries
    .filter((each) => !each.isDirectory())
    .map((each) => relative(folder, join(each.parentPath, each.name)))
    .sort()
  const found = new Map<string, string>()
  for (const path of paths) {
    const key = await readFile(join(folder, path)).then(digest, () => undefined)
    if (key !== undefined && !found.has(key)) found.set(key, path)
  }
  return found
}

function orNone(thrown: unknown): [] {
  if (isErrno(thrown, 'ENOENT', 'ENOTDIR')) return []
  throw thrown
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
