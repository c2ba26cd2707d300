import { pluginFilesFor } from '../../resource/plugin-files.ts'
import { pluginKindOf } from '../../resource/plugin-kind.ts'
import type { Place } from '../../yaml/document.ts'
import { type Finding, warningAt } from './finding.ts'
import type { Site } from './site.ts'

/** What of plugins/ runs when a name is called. */
export type OwnPlugin = {
  /** Undefined when none of the operator's does. */
  readonly file: string | undefined
  /** What is doubtful about it. */
  readonly findings: readonly Finding[]
}

/** @param place where the name is called */
export async function checkOwnPlugin(name: string, place: Place, site: Site): Promise<OwnPlugin> {
  const names = await site.names('plugins')
  const isReleaseFile = (file: string) => site.isReleaseFile(`plugins/${file}`)
  const { file, unused } = await pluginFilesFor(name, (each) => names.includes(each), isReleaseFile)
  if (file === undefined) return { file, findings: [] }
  const problem = await problemOf(file, site)
  const problems = problem === undefined ? [] : [`plugins/${file} cannot be run: ${problem}`]
  if (unused.length > 0) {
    problems.push(`'${name}' is plugins/${file}, which goes before ${unused.join(', ')}`)
  }
  return { file, findings: problems.map((each) => warningAt(place, 'ZTP_PLUGIN_FAILED', each)) }
}

/** What keeps a file from being a plugin, as far as its text shows. */
async function problemOf(file: string, { files }: Site): Promise<string | undefined> {
  const path = `plugins/${file}`
  if ((await files.kindOf(path)) === 'folder') return 'it is a folder where a file should be'
  const read = await files.read(path)
  // A program is no text, and shows nothing.
  if (read.kind !== 'text') return undefined
  if (read.text === '') return 'the file is empty'
  const kind = pluginKindOf(file, read.text)
  if (kind === 'python' && !PYTHON_MAIN.test(read.text)) return "it has no function 'main'"
  if (kind === 'module' && !MODULE_MAIN.test(read.text)) return "it exports no function 'main'"
  return undefined
}

/** Defined, assigned or imported. */
const PYTHON_MAIN = /\bdef\s+main\b|^main\s*=|\bimport\b.*(?:\bmain\b|\*)|^class\s+main\b/m

/** Exported as itself, in a list, or by CommonJS. */
const MODULE_MAIN = /\bexport\b[^;]*?\bmain\b|\bexport\s*\*|\bexports\b/
