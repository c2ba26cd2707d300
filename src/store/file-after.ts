import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { DatedFile } from '../provision/doctor/ports.ts'

/** So many show whether clocks differ; with all of a large directory a person would wait for the disk. */
const MOST = 20_000

/**
 * A file that was written later than that. Folder by folder, those near the top first; links are not
 * followed, what cannot be looked at is passed over, and so is what comes after the first thousands.
 *
 * @param time ms since 1970
 * @param most how many files and folders are looked at
 */
export async function fileAfter(
  folder: string,
  time: number,
  most = MOST,
): Promise<DatedFile | undefined> {
  const folders = [folder]
  let left = most
  for (const each of folders) {
    const all = await readdir(each, { withFileTypes: true }).catch(() => [])
    const entries = all.slice(0, left)
    left -= entries.length
    const files = entries.filter((entry) => entry.isFile()).map(({ name }) => join(each, name))
    const found = await firstAfter(files, time)
    if (found !== undefined || left === 0) return found
    for (const entry of entries) if (entry.isDirectory()) folders.push(join(each, entry.name))
  }
  return undefined
}

async function firstAfter(files: readonly string[], time: number): Promise<DatedFile | undefined> {
  const stats = await Promise.all(files.map((path) => lstat(path).catch(() => undefined)))
  const dated = files.map((path, at) => ({ path, time: stats[at]?.mtimeMs ?? 0 }))
  return dated.find((each) => each.time > time)
}
