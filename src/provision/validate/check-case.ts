import type { Diagnostic } from '../../kernel/diagnostic.ts'
import { type DataFiles, shownPath } from './data-files.ts'
import { aboutFile } from './finding.ts'

/**
 * Node folders whose names differ in case only: two nodes, or one that somebody mistyped.
 *
 * @returns for each folder after the first, by its path, what to say of it
 */
export function checkCase(
  names: readonly string[],
  files: DataFiles,
): ReadonlyMap<string, Diagnostic> {
  const first = new Map<string, string>()
  const found = new Map<string, Diagnostic>()
  for (const name of names) {
    const other = first.get(name.toLowerCase())
    if (other === undefined) {
      first.set(name.toLowerCase(), name)
      continue
    }
    const file = shownPath(files, `nodes/${name}`)
    const message = `'${name}' and '${other}' differ in case only, and are two nodes: keep the one that the switch reports`
    found.set(file, aboutFile(file, 'warning', 'ZTP_CASE_CLASH', message))
  }
  return found
}
