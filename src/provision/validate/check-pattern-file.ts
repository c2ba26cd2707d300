import type { Diagnostic } from '../../kernel/diagnostic.ts'
import type { Identifier } from '../../node/identity.ts'
import { parsePatternSource } from '../../topology/parse.ts'

/** A check of `pattern` files that remembers: those of a fleet are copies of a few. */
export function rememberingPatternCheck(
  identifier: Identifier,
): (text: string, file: string) => readonly Diagnostic[] {
  const known = new Map<string, readonly Diagnostic[]>()
  return (text, file) => {
    const found = known.get(text) ?? parsePatternSource(text, { file: '', identifier }).diagnostics
    known.set(text, found)
    return found.map((each) => ({ ...each, file }))
  }
}
