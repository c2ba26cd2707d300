import { reasonOf } from '../kernel/errors.ts'

/** A JSON text as values, or the reason why it is not one. */
export type JsonText =
  | { readonly kind: 'json'; readonly json: unknown }
  | { readonly kind: 'bad'; readonly reason: string }

/** Deep enough for anything a switch sends; shallow enough for any stack. */
const MAX_DEPTH = 32

/**
 * Reads a JSON text from the network.
 *
 * @param maxDepth how many objects and lists may stand inside each other
 */
export function parseJsonText(text: string, maxDepth = MAX_DEPTH): JsonText {
  if (nestsDeeperThan(text, maxDepth)) {
    return { kind: 'bad', reason: `JSON nested deeper than ${maxDepth} levels` }
  }
  try {
    return { kind: 'json', json: JSON.parse(text) }
  } catch (thrown) {
    return { kind: 'bad', reason: `not valid JSON: ${withoutExcerpt(reasonOf(thrown))}` }
  }
}

/** The engine quotes the text around the error, and that may be part of a configuration. */
function withoutExcerpt(message: string): string {
  return message.replace(/, (?:\.\.\.)?".*$/s, '')
}

function nestsDeeperThan(text: string, maxDepth: number): boolean {
  let depth = 0
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"?|[[\]{}]/gs)) {
    if (token === '[' || token === '{') depth += 1
    else if (token === ']' || token === '}') depth -= 1
    if (depth > maxDepth) return true
  }
  return false
}
