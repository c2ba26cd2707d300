import { parseAttributes } from '../../definition/parse.ts'
import type { Diagnostic } from '../../kernel/diagnostic.ts'
import { parseYaml } from '../../yaml/parse.ts'
import { checkCalls } from './check-calls.ts'
import { checkUrls } from './check-urls.ts'
import { inFile } from './finding.ts'
import { readScope, unknownReferences } from './mentions.ts'
import type { Site } from './site.ts'

/**
 * All that can be wrong with a node's `attributes` file.
 *
 * @param given the names that global scope of the node's definition gives
 */
export async function checkAttributes(
  text: string,
  file: string,
  given: ReadonlySet<string>,
  site: Site,
): Promise<readonly Diagnostic[]> {
  const scope = readScope(parseYaml(text, file).value)
  const own = new Set(scope.gives)
  const found = [
    ...scope.traps,
    ...unknownReferences(scope.references, (name) => own.has(name) || given.has(name)),
    ...(await checkCalls(scope.calls, site)),
    ...(await checkUrls(scope.urls, site)),
  ]
  return [...parseAttributes(text, file).diagnostics, ...inFile(found, file, text)]
}
