import { parseAttributes } from '../../definition/parse.ts'
import type { Diagnostic } from '../../kernel/diagnostic.ts'
import type { Identifier } from '../../node/identity.ts'
import { rememberingPatternCheck } from './check-pattern-file.ts'
import type { DataFiles } from './data-files.ts'
import { inOrder } from './in-order.ts'
import { type DefinitionSurvey, rememberingSurveys } from './survey.ts'

/** The settings that decide what a data directory means. */
export type ValidationSettings = {
  readonly identifier: Identifier
  readonly serverUrl: string
  readonly neighbordbFilename: string
  readonly bootstrapFilename: string
  readonly disableTopologyValidation: boolean
}

/** The data directory as its files see each other. */
export type Site = {
  readonly files: DataFiles
  readonly settings: ValidationSettings
  /** Remembers: many files mention the same few. */
  isFile(path: string): Promise<boolean>
  isReleaseFile(path: string): Promise<boolean>
  /** The text of a file that switches fetch; undefined when there is none to be read. */
  template(path: string): Promise<string | undefined>
  survey(text: string): DefinitionSurvey
  checkPattern(text: string, file: string): readonly Diagnostic[]
  /** The names that the text of an `attributes` file gives. */
  attributeNames(text: string): readonly string[]
  /** The names of a folder's files, for "did you mean". */
  names(folder: string): Promise<readonly string[]>
  /** Whether some node's `attributes` file gives the name. */
  givenByNodes(): Promise<ReadonlySet<string>>
  /** The names of the folders in nodes/. */
  nodes(): Promise<readonly string[]>
}

export function createSite(files: DataFiles, settings: ValidationSettings): Site {
  const kinds = new Map<string, Promise<boolean>>()
  const releases = new Map<string, Promise<boolean>>()
  const templates = new Map<string, Promise<string | undefined>>()
  const folders = new Map<string, Promise<readonly string[]>>()
  const attributes = new Map<string, readonly string[]>()
  const namesIn = (text: string) => remember(attributes, text, () => attributeNames(text))
  let given: Promise<ReadonlySet<string>> | undefined
  let folder: Promise<readonly string[]> | undefined
  function nodes(): Promise<readonly string[]> {
    folder ??= foldersIn(files, 'nodes')
    return folder
  }
  return {
    files,
    settings,
    template: (path) => remember(templates, path, () => textOf(files, path)),
    checkPattern: rememberingPatternCheck(settings.identifier),
    survey: rememberingSurveys(),
    attributeNames: namesIn,
    isFile: (path) => remember(kinds, path, async () => (await files.kindOf(path)) === 'file'),
    isReleaseFile: (path) => remember(releases, path, () => files.isReleaseFile(path)),
    names: (folder) =>
      remember(folders, folder, async () => (await files.list(folder)).map((each) => each.name)),
    givenByNodes() {
      given ??= nodes().then((names) => attributesOf(names, files, namesIn))
      return given
    },
    nodes,
  }
}

async function textOf(files: DataFiles, path: string): Promise<string | undefined> {
  const read = await files.read(path)
  return read.kind === 'text' ? read.text : undefined
}

function remember<T>(memory: Map<string, T>, key: string, make: () => T): T {
  const known = memory.get(key)
  if (known !== undefined) return known
  const made = make()
  memory.set(key, made)
  return made
}

async function foldersIn(files: DataFiles, folder: string): Promise<readonly string[]> {
  const entries = await files.list(folder)
  return entries.flatMap(({ name, kind }) => (kind === 'folder' ? [name] : []))
}

async function attributesOf(
  nodes: readonly string[],
  files: DataFiles,
  namesIn: (text: string) => readonly string[],
): Promise<ReadonlySet<string>> {
  const found = await inOrder(nodes, async (name) => {
    const read = await files.read(`nodes/${name}/attributes`)
    return read.kind === 'text' ? namesIn(read.text) : []
  })
  return new Set(found.flat())
}

function attributeNames(text: string): readonly string[] {
  return [...(parseAttributes(text, '').value?.keys() ?? [])]
}
