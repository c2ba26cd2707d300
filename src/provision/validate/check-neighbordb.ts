import type { Identifier } from '../../node/identity.ts'
import { parseNeighbordb } from '../../topology/parse.ts'
import type { DataFiles } from './data-files.ts'
import { missingFiles } from './missing-files.ts'
import { type CheckedFile, checkedFile } from './report.ts'

/** A neighbordb's text, and the path of the file as the operator knows it. */
export type NeighbordbText = { readonly text: string; readonly file: string }

/**
 * All that can be wrong with a neighbordb.
 *
 * @param files where its definitions and config-handlers are; undefined where nobody knows
 */
export async function checkNeighbordb(
  { text, file }: NeighbordbText,
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
