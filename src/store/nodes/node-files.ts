import type { Definition } from '../../definition/definition.ts'
import { parseAttributes, parseDefinition } from '../../definition/parse.ts'
import { type Loaded, loadedFrom, type Parsed } from '../../kernel/diagnostic.ts'
import type { ValueMap } from '../../kernel/value.ts'
import type { Identifier } from '../../node/identity.ts'
import type { NodeReport } from '../../node/report.ts'
import { parseReportFile } from '../../node/report-file.ts'
import type { NodeFolder } from '../../provision/ports.ts'
import { compilePattern } from '../../topology/compile.ts'
import type { CompiledPattern } from '../../topology/neighbordb.ts'
import { parsePatternSource } from '../../topology/parse.ts'
import { broken } from '../loaded-files.ts'
import { sharing } from '../parsed-files.ts'
import type { DiskReader } from '../reader/disk-reader.ts'
import { type FileAnswer, type FolderQuestion, READ_KINDS } from '../reader/messages.ts'
import { createRecent } from '../recent.ts'
import type { NodePaths } from './node-paths.ts'

/** What node folders hold; what did not change is not parsed again. */
export type NodeFiles = { load(paths: NodePaths): Promise<NodeFolder | undefined> }

/** What a file said when it was read. */
type Read<T> = {
  readonly loaded: Loaded<T>
  /** Undefined for what is to be read again in any case. */
  readonly stamp: string | undefined
  readonly bytes: number
}

type ReadFiles = {
  readonly report: Read<NodeReport>
  readonly pattern: Read<CompiledPattern>
  readonly definition: Read<Definition>
  readonly attributes: Read<ValueMap>
}

type Parse<T> = (text: string, file: string) => Parsed<T>

/** Of nodes, and of their files' text. */
const BOUNDS = { maxEntries: 20_000, maxBytes: 64 * 1024 * 1024 }

export function createNodeFiles(options: {
  readonly reader: Pick<DiskReader, 'content'>
  readonly identifier: Identifier
  readonly bounds?: typeof BOUNDS
}): NodeFiles {
  const { reader, identifier, bounds = BOUNDS } = options
  const known = createRecent<ReadFiles>(bounds)
  const parsePattern = sharing(patternParser(identifier))
  const parseDefinitions = sharing(parseDefinition)
  const parseAttributeFiles = sharing(parseAttributes)

  return {
    async load(paths) {
      const { folder } = paths
      const before = known.get(folder)
      const content = await reader.content({ folder, known: stampsOf(before) })
      if (content === undefined) {
        known.delete(folder)
        return undefined
      }
      const { report, pattern, definition, attributes } = content.files
      const now: ReadFiles = {
        report: take(report, paths.report, before?.report, parseReportFile),
        pattern: take(pattern, paths.pattern, before?.pattern, parsePattern),
        definition: take(definition, paths.definition, before?.definition, parseDefinitions),
        attributes: take(attributes, paths.attributes, before?.attributes, parseAttributeFiles),
      }
      if (READ_KINDS.some((kind) => now[kind] !== before?.[kind])) {
        known.put(folder, now, bytesOf(now))
      }
      return {
        report: now.report.loaded,
        pattern: now.pattern.loaded,
        definition: now.definition.loaded,
        attributes: now.attributes.loaded,
        hasStartupConfig: content.hasStartupConfig,
      }
    },
  }
}

function patternParser(identifier: Identifier): Parse<CompiledPattern> {
  return (text, file) => {
    const { value, diagnostics } = parsePatternSource(text, { file, identifier })
    return { value: value && compilePattern(value), diagnostics }
  }
}

function stampsOf(files: ReadFiles | undefined): FolderQuestion['known'] {
  const stamps: Partial<Record<keyof ReadFiles, string>> = {}
  for (const kind of READ_KINDS) {
    const stamp = files?.[kind].stamp
    if (stamp !== undefined) stamps[kind] = stamp
  }
  return stamps
}

function bytesOf(files: ReadFiles): number {
  return READ_KINDS.reduce((sum, kind) => sum + files[kind].bytes, 0)
}

const ABSENT = { loaded: { kind: 'absent' }, stamp: undefined, bytes: 0 } as const

function take<T>(
  answer: FileAnswer | undefined,
  file: string,
  before: Read<T> | undefined,
  parse: Parse<T>,
): Read<T> {
  if (answer === undefined) return ABSENT
  if (answer === 'same') {
    if (before === undefined) throw new Error(`${file} is said to be the same, and was never read`)
    return before
  }
  if ('unreadable' in answer) return { ...ABSENT, loaded: broken(file, answer.unreadable) }
  const { text, stamp, bytes } = answer
  const parsed =
    text.value === undefined
      ? { value: undefined, diagnostics: text.diagnostics }
      : parse(text.value, file)
  return { loaded: loadedFrom(parsed), stamp, bytes }
}
