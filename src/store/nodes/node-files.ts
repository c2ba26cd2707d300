import type { Definition } from '../../definition/definition.ts'
import { parseAttributes, parseDefinition } from '../../definition/parse.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Parsed } from '../../kernel/diagnostic.ts'
import type { ValueMap } from '../../kernel/value.ts'
import type { Identifier } from '../../node/identity.ts'
import { parseReport } from '../../node/read-report.ts'
import type { NodeReport } from '../../node/report.ts'
import type { NodeFolder } from '../../provision/ports.ts'
import type { CompiledPattern } from '../../topology/neighbordb.ts'
import { parsePatternFile } from '../../topology/pattern-file.ts'
import { statIfAny } from '../disk/calls.ts'
import { storeFailure } from '../disk/failure.ts'
import type { LoadedFiles } from '../loaded-files.ts'
import { createParsedFiles } from '../parsed-files.ts'
import { hasFolder } from './folder-state.ts'
import type { NodePaths } from './node-paths.ts'

/** Reads what node folders hold; what did not change costs one stat a file. */
export type NodeFiles = { load(paths: NodePaths): Promise<NodeFolder | undefined> }

/** For each kind of file. */
const BOUNDS = { maxEntries: 20_000, maxBytes: 32 * 1024 * 1024 }

export function createNodeFiles(options: {
  readonly clock: Clock
  readonly identifier: Identifier
}): NodeFiles {
  const { clock, identifier } = options
  const files = <T>(parse: (text: string, file: string) => Parsed<T>): LoadedFiles<T> =>
    createParsedFiles({ parse, clock, ...BOUNDS })
  const reports = files<NodeReport>(parseReport)
  const patterns = files<CompiledPattern>((text, file) =>
    parsePatternFile(text, { file, identifier }),
  )
  const definitions = files<Definition>(parseDefinition)
  const attributeFiles = files<ValueMap>(parseAttributes)

  return {
    async load(paths) {
      const [report, pattern, definition, attributes, hasStartupConfig] = await Promise.all([
        reports.load(paths.report),
        patterns.load(paths.pattern),
        definitions.load(paths.definition),
        attributeFiles.load(paths.attributes),
        isThere(paths.startupConfig),
      ])
      if (report.kind === 'absent' && !(await hasFolder(paths.folder))) return undefined
      return { report, pattern, definition, attributes, hasStartupConfig }
    },
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    return (await statIfAny(path)) !== undefined
  } catch (thrown) {
    throw storeFailure('read', path, thrown)
  }
}
