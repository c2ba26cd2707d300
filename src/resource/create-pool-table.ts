import type { Parsed } from '../kernel/diagnostic.ts'
import { decodeUtf8 } from '../yaml/utf8.ts'
import { type IndexMemory, indexLines, type LinesIndex } from './lines-index.ts'
import { createLinesTable } from './lines-table.ts'
import { parsePoolYaml } from './pool-file.ts'
import type { PoolTable } from './pool-table.ts'
import { createYamlTable } from './yaml-table.ts'

/**
 * Reads `resources/POOL`, a YAML map of value → null or holder, to serve from it.
 *
 * @param bytes they must not change
 * @param file the path as the operator knows it
 * @param spare memory of a table that is no more
 */
export function createPoolTable(
  bytes: Buffer,
  file: string,
  spare?: IndexMemory,
): Parsed<PoolTable> {
  const index = indexLines(bytes, spare)
  if (index !== undefined && !isAmbiguous(index))
    return { value: createLinesTable(index, file), diagnostics: [] }
  const { value: text, diagnostics } = decodeUtf8(bytes, file)
  if (text === undefined) return { value: undefined, diagnostics }
  const parsed = parsePoolYaml(text, file)
  const value = parsed.value && createYamlTable(text, parsed.value, file)
  return { value, diagnostics: parsed.diagnostics }
}

/** Whether a line that a later one replaces says who has its value: see parsePoolYaml. */
function isAmbiguous({ dead, holderAt }: LinesIndex): boolean {
  return [...dead].some((offset) => holderAt(offset) !== null)
}
