import type { Definition } from '../../definition/definition.ts'
import { parseAttributes, parseDefinition } from '../../definition/parse.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Loaded, Parsed } from '../../kernel/diagnostic.ts'
import type { ValueMap } from '../../kernel/value.ts'
import type { Identifier } from '../../node/identity.ts'
import type { NodeReport } from '../../node/report.ts'
import { parseReportFile } from '../../node/report-file.ts'
import type { NodeFolder } from '../../provision/ports.ts'
import { compilePattern } from '../../topology/compile.ts'
import type { CompiledPattern } from '../../topology/neighbordb.ts'
import { parsePatternSource } from '../../topology/parse.ts'
import { list } from '../disk/calls.ts'
import { storeFailure } from '../disk/failure.ts'
import type { LoadedFiles } from '../loaded-files.ts'
import { createParsedFiles } from '../parsed-files.ts'
import { exists, hasFolder } from './folder-state.ts'
import { FILES, type NodePaths } from './node-paths.ts'

/** Reads what node folders hold; what did not change costs one stat a file. */
export type NodeFiles = { load(paths: NodePaths): Promise<NodeFolder | undefined> }

/** For each kind of file. */
const BOUNDS = { maxEntries: 20_000, maxBytes: 32 * 1024 * 1024, unshared: true }

export function createNodeFiles(options: {
  readonly clock: Clock
  readonly identifier: Identifier
}): NodeFiles {
  const { clock, identifier } = options
  const files = <T>(parse: (text: string, file: string) => Parsed<T>): LoadedFiles<T> =>
    createParsedFiles({ parse, clock, ...BOUNDS })
  const reports = files<NodeReport>(parseReportFile)
  const patterns = files<CompiledPattern>((text, file) => {
    const { value, diagnostics } = parsePatternSource(text, { file, identifier })
    return { value: value && compilePattern(value), diagnostics }
  })
  const definitions = files<Definition>(parseDefinition)
  const attributeFiles = files<ValueMap>(parseAttributes)

  return {
    async load(paths) {
      const names = await namesIn(paths.folder)
      if (names === undefined) return undefined
      // One listing is cheaper than failing to find the files that most nodes do not have.
      const present = <T>(
        key: keyof typeof FILES,
        from: LoadedFiles<T>,
      ): Promise<Loaded<T>> | Absent =>
        names.includes(FILES[key]) ? from.load(paths[key]) : ABSENT
      const [report, pattern, definition, attributes, hasStartupConfig] = await Promise.all([
        present('report', reports),
        present('pattern', patterns),
        present('definition', definitions),
        present('attributes', attributeFiles),
        names.includes(FILES.startupConfig) && exists(paths.startupConfig),
      ])
      return { report, pattern, definition, attributes, hasStartupConfig }
    },
  }
}

type Absent = { readonly kind: 'absent' }
const ABSENT: Absent = { kind: 'absent' }

/** @returns undefined when there is no such folder @throws ZtpError as hasFolder does */
async function namesIn(folder: string): Promise<readonly string[] | undefined> {
  try {
    return await list(folder)
  } catch (thrown) {
    if (!(await hasFolder(folder))) return undefined
    throw storeFailure('read', folder, thrown)
  }
}
