import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { statIfAny } from '../disk/calls.ts'
import { storeFailure } from '../disk/failure.ts'
import { writeNewFile } from '../disk/new-file.ts'
import { readText } from '../text-file.ts'
import { type Copied, copyFile, copyTree } from './copy-tree.ts'
import { ourFiles } from './upgrade-plan.ts'

/** The package's folder, as seen from dist/store/scaffold/ and from src/store/scaffold/ alike. */
const PACKAGE = fileURLToPath(new URL('../../../', import.meta.url))

/** Where the package keeps what runs on switches. */
export const CLIENT_FOLDER = join(PACKAGE, 'client')

const CONFIGURATION = 'ztpserver.conf'

/**
 * Makes a working data directory: the example, our bootstrap script and actions, and a
 * configuration file that names it. Never overwrites anything.
 *
 * @throws ZtpError ZTP_STORE_FAILED
 */
export async function makeDataRoot(folder: string): Promise<Copied> {
  const example = await copyTree(join(PACKAGE, 'examples', 'data-root'), folder)
  const copied = [...example.copied]
  const kept = [...example.kept]
  for (const [path, source] of await ourFiles(CLIENT_FOLDER)) {
    const fresh = await unlessThere(join(folder, path), (target) => copyFile(source, target))
    ;(fresh ? copied : kept).push(path)
  }
  const configuration = await configurationFor(folder)
  const fresh = await unlessThere(join(folder, CONFIGURATION), (target) =>
    writeNewFile(target, Buffer.from(configuration), { mode: 0o660 }),
  )
  ;(fresh ? copied : kept).push(CONFIGURATION)
  return { copied, kept }
}

/** Where the configuration of a data directory made here is. */
export function configurationIn(folder: string): string {
  return join(folder, CONFIGURATION)
}

async function configurationFor(folder: string): Promise<string> {
  const example = await readText(join(PACKAGE, 'examples', CONFIGURATION))
  return example.replace(/^data_root = .*$/m, () => `data_root = ${resolve(folder)}`)
}

/** @returns whether it was written */
async function unlessThere(
  target: string,
  write: (target: string) => Promise<void>,
): Promise<boolean> {
  try {
    if ((await statIfAny(target)) !== undefined) return false
    await write(target)
    return true
  } catch (thrown) {
    throw storeFailure('write', target, thrown)
  }
}

/** A new, empty folder for temporary things. */
export async function makeTemporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'ztps-demo-'))
}

export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true })
}
