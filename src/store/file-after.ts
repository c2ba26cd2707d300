import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { DatedFile } from '../provision/doctor/ports.ts'

/**
 * The first file that was written later than that, folder by folder; links are not followed, and
 * what cannot be looked at is passed over.
 *
 * @param time ms since 1970
 */
export async function fileAfter(folder: string, time: number): Promise<DatedFile | undefined> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const files = entries.filter((each) => each.isFile()).map(({ name }) => join(folder, name))
  const stats = await Promise.all(files.map((path) => lstat(path).catch(() => undefined)))
  for (const [at, path] of files.entries()) {
    const written = stats[at]?.mtimeMs ?? 0
    if (written > time) return { path, time: written }
  }
  for (const each of entries.filter((entry) => entry.isDirectory())) {
    const found = await fileAfter(join(folder, each.name), time)
    if (found !== undefined) return found
  }
  return undefined
}
