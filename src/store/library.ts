import { join } from 'node:path'
import { parseDefinition } from '../definition/parse.ts'
import type { Clock } from '../kernel/clock.ts'
import { formatDiagnostic, type Parsed } from '../kernel/diagnostic.ts'
import { ZtpError } from '../kernel/errors.ts'
import type { Identifier } from '../node/identity.ts'
import type { DefinitionFile, Library } from '../provision/ports.ts'
import { confine } from './confined-path.ts'
import { statIfAny } from './disk/calls.ts'
import { isErrno, storeFailure } from './disk/failure.ts'
import { broken, createLoadedFiles } from './loaded-files.ts'
import { createNeighbordbFile } from './neighbordb-file.ts'
import { createParsedFiles } from './parsed-files.ts'

export type LibraryOptions = {
  readonly dataRoot: string
  /** `[neighbordb] filename`, under the data directory. */
  readonly neighbordb: string
  /** `[bootstrap] filename`, under bootstrap/. */
  readonly bootstrap: string
  readonly identifier: Identifier
  readonly clock: Clock
}

/** The folders of the data directory that switches may read. */
type ServedFolder = 'actions' | 'files' | 'nodes'

/** A regular file of the data directory, confined to the folder it is served from. */
type ServedFile = {
  /** The folder it is served from. */
  readonly root: string
  /** Below root, with `/` between segments. */
  readonly path: string
}

/** The operator's files, on disk. */
export type DiskLibrary = Library & {
  /** @returns undefined when the path leaves the folder or is no regular file */
  resolveFile(folder: ServedFolder, path: string): Promise<ServedFile | undefined>
  /** Ends the worker thread. */
  close(): Promise<void>
}

const MIB = 1024 * 1024

export function createLibrary(options: LibraryOptions): DiskLibrary {
  const { dataRoot, clock } = options
  const bounds = { clock, maxEntries: 5_000, maxBytes: 16 * MIB }
  const neighbordb = createNeighbordbFile(options)
  const definitions = createParsedFiles<DefinitionFile>({ ...bounds, parse: readDefinition })
  const programs = createLoadedFiles<Uint8Array>({ ...bounds, read: asBytes })
  const bootstrapConfPath = join(dataRoot, 'bootstrap', 'bootstrap.conf')
  const confs = createParsedFiles({ ...bounds, parse: asText })

  return {
    neighbordb: () => neighbordb.load(join(dataRoot, options.neighbordb)),
    close: () => neighbordb.close(),
    async definition(path) {
      // The documents write `/leaf` for the definitions folder's own.
      const file = confine(join(dataRoot, 'definitions'), path.replace(/^\//, ''))
      if (file !== undefined) return definitions.load(file)
      return broken(join(dataRoot, 'definitions', path), 'the path leads out of definitions/')
    },
    async configHandler(name) {
      const file = confine(join(dataRoot, 'config-handlers'), name)
      const loaded = file === undefined ? undefined : await programs.load(file)
      if (loaded?.kind === 'broken') {
        const reasons = loaded.diagnostics.map(formatDiagnostic)
        throw new ZtpError('ZTP_STORE_FAILED', reasons.join('; '))
      }
      return loaded?.kind === 'loaded' ? loaded.value : undefined
    },
    bootstrap: () => programs.load(join(dataRoot, 'bootstrap', options.bootstrap)),
    bootstrapConf: () => confs.load(bootstrapConfPath),
    bootstrapConfPath,
    resolveFile: (folder, path) => resolveFile(join(dataRoot, folder), path),
  }
}

function readDefinition(text: string, file: string, bytes: Buffer): Parsed<DefinitionFile> {
  const { value, diagnostics } = parseDefinition(text, file)
  return { value: value === undefined ? undefined : { bytes, definition: value }, diagnostics }
}

function asBytes(bytes: Buffer): Parsed<Uint8Array> {
  return { value: bytes, diagnostics: [] }
}

function asText(text: string): Parsed<string> {
  return { value: text, diagnostics: [] }
}

async function resolveFile(root: string, path: string): Promise<ServedFile | undefined> {
  const file = confine(root, path)
  if (file === undefined) return undefined
  try {
    return (await statIfAny(file))?.isFile() ? { root, path } : undefined
  } catch (thrown) {
    // A circle of links, a folder that may not be searched: nothing that could be served.
    if (isErrno(thrown, 'ELOOP', 'EACCES', 'ENAMETOOLONG')) return undefined
    throw storeFailure('read', file, thrown)
  }
}
