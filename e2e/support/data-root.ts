import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export type Files = Readonly<Record<string, string | Uint8Array>>

/** A data directory of a test: path → content. */
export type DataRoot = { readonly path: string; remove(): Promise<void> }

/** What every test's server needs, unless the test says otherwise. */
const BASICS: Files = {
  'bootstrap/bootstrap': "#!/usr/bin/env python\nSERVER = '$SERVER'\n",
  'nodes/README': 'one folder for each node\n',
  'resources/README': '',
}

/** Makes a data directory inside a temporary folder of its own. */
export async function makeDataRoot(files: Files, basics = BASICS): Promise<DataRoot> {
  const folder = await mkdtemp(join(tmpdir(), 'ztps-e2e-'))
  const path = join(folder, 'data')
  await mkdir(path)
  await writeFiles(path, { ...basics, ...files })
  return { path, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** Writes files below a folder, making the folders between. */
export async function writeFiles(root: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
  }
}
