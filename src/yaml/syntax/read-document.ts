import type { YamlNode } from '../document.ts'
import { readNode } from './block.ts'
import { Builder, type BuildLimits } from './builder.ts'
import { Cursor } from './cursor.ts'
import { readEpilogue, readPrologue } from './directives.ts'
import type { Problems } from './problems.ts'
import type { Reading, RootEntry } from './reading.ts'

/** What a text may ask for, at most. */
export type ReadLimits = BuildLimits & { readonly maxDepth: number }

/**
 * Reads a text that is one document.
 *
 * @param rootEntries filled with where the entries of the root map stand
 * @throws YamlFault at the first error of syntax
 */
export function readDocument(
  text: string,
  problems: Problems,
  limits: ReadLimits,
  rootEntries?: RootEntry[],
): YamlNode {
  const cursor = new Cursor(text)
  const handles = readPrologue(cursor)
  const builder = new Builder(problems, limits)
  const reading: Reading = {
    cursor,
    builder,
    handles,
    maxDepth: limits.maxDepth,
    depth: 0,
    rootEntries,
  }
  const root = builder.asValue(readNode(reading, -1, 'map'))
  readEpilogue(cursor)
  return root
}
