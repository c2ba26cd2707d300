import { didYouMean } from '../../config/nearest.ts'
import type { Diagnostic } from '../../kernel/diagnostic.ts'
import type { Identifier } from '../../node/identity.ts'
import { parseNeighbordb } from '../../topology/parse-neighbordb.ts'
import type { YamlMap, YamlScalar } from '../../yaml/document.ts'
import { asList, asMap, asScalar, entryOf } from '../../yaml/lookup.ts'
import { parseYaml } from '../../yaml/parse.ts'
import { type Reporter, reporterFor } from '../../yaml/reporter.ts'
import { type DataFiles, filesBelow } from './data-files.ts'
import { type CheckedFile, checkedFile } from './report.ts'

/**
 * All that can be wrong with a neighbordb.
 *
 * @param files where its definitions and config-handlers are; undefined where nobody knows
 */
export async function checkNeighbordb(
  text: string,
  file: string,
  identifier: Identifier,
  files: DataFiles | undefined,
): Promise<CheckedFile> {
  const { value, diagnostics } = parseNeighbordb(text, { file, identifier })
  const missing = files === undefined ? [] : await missingFiles(text, file, files)
  const checked = checkedFile(file, [...diagnostics, ...missing])
  if (value === undefined) return checked
  const invalid = value.patterns.filter((each) => each.kind === 'invalid').length
  return { ...checked, patterns: { invalid, total: value.patterns.length } }
}
