import { createHash } from 'node:crypto'
import { cp, readFile, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const OURS = fileURLToPath(new URL('../..', import.meta.url))
const TABLE = 'data/ztpserver-release-files.json'

/**
 * Copies the built package, and has the copy know some files for those of a release of ZTPServer:
 * the repository holds the hashes of the real ones, not the files.
 *
 * @param folder where the copy goes
 * @param released path in a data directory → content
 * @returns the copy's `ztps`
 */
export async function copyPackageKnowing(
  folder: string,
  released: Readonly<Record<string, string>>,
): Promise<string> {
  for (const each of ['bin', 'dist', 'client', 'data', 'plugin-runner', 'package.json']) {
    await cp(join(OURS, each), join(folder, each), { recursive: true, filter: isOurs })
  }
  await symlink(join(OURS, 'node_modules'), join(folder, 'node_modules'))
  const table = JSON.parse(await readFile(join(folder, TABLE), 'utf8'))
  for (const [path, content] of Object.entries(released)) {
    const sha256 = createHash('sha256').update(content).digest('hex')
    table[path] = { ...table[path], [sha256]: ['v0.0.0'] }
  }
  await writeFile(join(folder, TABLE), JSON.stringify(table))
  return join(folder, 'bin/ztps')
}

/** Whether it is to be copied: not what a Python of another test is just writing. */
export function isOurs(path: string): boolean {
  return basename(path) !== '__pycache__'
}
