import { didYouMean } from '../../config/nearest.ts'
import type { Diagnostic } from '../../kernel/diagnostic.ts'
import type { YamlMap, YamlScalar } from '../../yaml/document.ts'
import { asList, asMap, asScalar, entryOf } from '../../yaml/lookup.ts'
import { parseYaml } from '../../yaml/parse.ts'
import { type Reporter, reporterFor } from '../../yaml/reporter.ts'
import { type DataFiles, filesBelow } from './data-files.ts'
import { inOrder } from './in-order.ts'

/**
 * The definitions and config-handlers that a neighbordb names and that are not there. The pattern
 * is valid all the same: the node that matches it is refused (matching.md, "Files").
 */
export async function missingFiles(
  text: string,
  file: string,
  files: DataFiles,
): Promise<readonly Diagnostic[]> {
  const root = asMap(parseYaml(text, file).value)
  const list = root && asList(entryOf(root, 'patterns')?.value)
  const patterns = list?.items.flatMap((item) => asMap(item) ?? []) ?? []
  const report = reporterFor(text, file)
  const kinds = [folderOf(DEFINITION, files), folderOf(CONFIG_HANDLER, files)]
  const found = await inOrder(patterns, async (pattern) => {
    const each = kinds.map((folder) => missing(pattern, folder, report))
    return (await Promise.all(each)).flat()
  })
  return found.flat()
}

type Kind = {
  readonly keys: readonly string[]
  readonly code: string
  readonly name: string
  readonly folder: string
}

const DEFINITION: Kind = {
  keys: ['definition'],
  code: 'ZTP_MISSING_DEFINITION',
  name: 'definition',
  folder: 'definitions',
}

const CONFIG_HANDLER: Kind = {
  keys: ['config-handler', 'config_handler'],
  code: 'ZTP_MISSING_CONFIG_HANDLER',
  name: 'config-handler',
  folder: 'config-handlers',
}

/** A folder of the operator's, and its names once somebody asks for them. */
type Folder = {
  readonly kind: Kind
  has(path: string): Promise<boolean>
  names(): Promise<readonly string[]>
}

function folderOf(kind: Kind, files: DataFiles): Folder {
  const { folder } = kind
  let names: Promise<readonly string[]> | undefined
  return {
    kind,
    has: async (path) => (await files.kindOf(`${folder}/${path}`)) === 'file',
    names() {
      names ??= filesBelow(files, folder).then((all) =>
        all.map((each) => each.slice(folder.length + 1)),
      )
      return names
    },
  }
}

async function missing(
  pattern: YamlMap,
  { kind, has, names }: Folder,
  report: Reporter,
): Promise<readonly Diagnostic[]> {
  const { keys, code, name, folder } = kind
  const scalar = keys.map((key) => namedBy(pattern, key)).find((each) => each !== undefined)
  if (scalar === undefined) return []
  // A leading slash means the folder itself (matching.md, "Files").
  const path = scalar.text.replace(/^\//, '')
  if (await has(path)) return []
  const meant = didYouMean(path, await names())
  const message = `there is no ${name} '${scalar.text}': no file ${path} in ${folder}/${meant}`
  const label = namedBy(pattern, 'name')?.text
  return [
    report(scalar.place, { code, message, ...(label === undefined ? {} : { pattern: label }) }),
  ]
}

function namedBy(pattern: YamlMap, key: string): YamlScalar | undefined {
  const scalar = asScalar(entryOf(pattern, key)?.value)
  return scalar === undefined || scalar.value === null || scalar.text === '' ? undefined : scalar
}
