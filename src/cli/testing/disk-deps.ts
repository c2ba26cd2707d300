import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readSettings } from '../../config/settings.ts'
import { openNodesDesk } from '../../nodes-desk.ts'
import { filesInMemory } from '../../provision/validate/testing/files-in-memory.ts'
import type { PoolAdmin } from '../../resource/pool-admin.ts'
import { dataFilesIn } from '../../store/data-files.ts'
import { readBytes, readText } from '../../store/text-file.ts'
import type { CliDeps } from '../deps.ts'
import { runCli } from '../program.ts'
import { fixedDeps } from './fixed-deps.ts'
import { recordedIo } from './recorded-io.ts'

/** A data directory on disk, and `ztps` working on it. */
export type DiskWorld = {
  readonly root: string
  /** Runs `ztps` with these words. */
  run(...words: readonly string[]): Promise<Ran>
  /** The same, with text on standard input. */
  runWith(input: string, ...words: readonly string[]): Promise<Ran>
  /** Writes files below the data directory, making the folders between. */
  write(files: Readonly<Record<string, string>>): Promise<void>
  read(path: string): Promise<string>
  /** The names in a folder of the data directory, sorted; none when there is no such folder. */
  names(folder: string): Promise<readonly string[]>
}

type Ran = { readonly status: number; readonly out: string; readonly err: string }

type Options = {
  readonly pools?: readonly PoolAdmin[]
  /** Of the configuration file. */
  readonly settings?: string
}

const NO_RELEASES = { releasesOf: () => [] }

/** @param folder an empty one */
export function diskWorld(folder: string, { pools = [], settings = '' }: Options = {}): DiskWorld {
  const root = join(folder, 'data')
  const clock = { now: () => Date.now() }

  function depsWith(input: string): CliDeps {
    return {
      ...fixedDeps(filesInMemory({}), {}, pools),
      clock,
      loadSettings: async () =>
        readSettings({
          text: settings,
          file: 'ztpserver.conf',
          environment: { ZTPS_DEFAULT_DATAROOT: root },
        }),
      dataFiles: (path) => dataFilesIn(path, NO_RELEASES),
      readText: async (path) => (path === '-' ? input : readText(path)),
      readBytes: async (path) => (path === '-' ? Buffer.from(input) : readBytes(path)),
      nodes: (read, access) => openNodesDesk(read, access, clock),
    }
  }

  async function runWith(input: string, ...words: readonly string[]): Promise<Ran> {
    await mkdir(root, { recursive: true })
    const io = recordedIo()
    const status = await runCli(words, io, depsWith(input))
    return { status, out: io.out(), err: io.err() }
  }

  return {
    root,
    run: (...words) => runWith('', ...words),
    runWith,
    async write(files) {
      for (const [name, content] of Object.entries(files)) {
        const path = join(root, name)
        await mkdir(dirname(path), { recursive: true })
        await writeFile(path, content)
      }
    },
    read: (path) => readFile(join(root, path), 'utf8'),
    names: async (path) => (await readdir(join(root, path)).catch(() => [])).sort(),
  }
}
