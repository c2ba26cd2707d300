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

/** Looks at each character once: what it reads is not yet known to be JSON, and may be large. */
function nestsDeeperThan(text: string, maxDepth: number): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (character === '"') at = endOfString(text, at)
    else if (character === '[' || character === '{') depth += 1
    else if (character === ']' || character === '}') depth -= 1
    if (depth > maxDepth) return true
  }
  return false
}

/** @returns where the closing quote stands, the text's length if there is none */
function endOfString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}
