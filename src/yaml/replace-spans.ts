/** A stretch of a text, and what stands there instead. */
export type Replacement = { readonly start: number; readonly end: number; readonly text: string }

/** The text with the replacements made, which are in its order and do not overlap. */
export function replaceSpans(text: string, replacements: readonly Replacement[]): string {
  const parts: string[] = []
  let done = 0
  for (const { start, end, text: inserted } of replacements) {
    parts.push(text.slice(done, start), inserted)
    done = end
  }
  return parts.join('') + text.slice(done)
}
