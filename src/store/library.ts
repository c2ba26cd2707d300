import { join } from 'node:path'
import { parseDefinition } from '../definition/parse.ts'
import type { Clock } from '../kernel/clock.ts'
import { formatDiagnostic, type Parsed } from '../kernel/diagnostic.ts'
import { ZtpError } from '../kernel/errors.ts'
import type { Identifier } from '../node/identity.ts'
import type { DefinitionFile, Library } from '../provision/ports.ts'
import { confine } from './confined-path.ts'
import { broken, createLoadedFiles } from './loaded-files.ts'
import { createNeighbordbFile } from './neighbordb-file.ts'
import { createParsedFiles } from './parsed-files.ts'
import type { Look } from './stat-cache.ts'

export type LibraryOptions = {
  readonly dataRoot: string
  /** `[neighbordb] filename`, under the data directory. */
  readonly neighbordb: string
  /** `[bootstrap] filename`, under bootstrap/. */
  readonly bootstrap: string
  readonly identifier: Identifier
  readonly clock: Clock
  /** See StatCacheOptions. */
  readonly look?: Look
}

/** The operator's files, on disk. */
export type DiskLibrary = Library & {
  /** Ends the worker thread. */
  close(): Promise<void>
}

const MIB = 1024 * 1024

export function createLibrary(options: LibraryOptions): DiskLibrary {
  const { dataRoot, clock, look } = options
  const bounds = { clock, look, edited: true, maxEntries: 5_000, maxBytes: 16 * MIB }
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
