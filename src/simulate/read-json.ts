import { Float, type Value } from '../kernel/value.ts'

/** The tokens of JSON that hold text or digits. */
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/**
 * Reads JSON as Python does: 1.0 is not 1, integers have any size.
 *
 * JSON.parse loses both, so numbers pass through it as text: every string is sent with a leading
 * `s`, every number as a string with a leading `n`.
 *
 * @throws SyntaxError as JSON.parse, when the text is not JSON
 */
export function readJson(text: string): Value {
  JSON.parse(text)
  const tagged = text.replace(STRING_OR_NUMBER, (token) =>
    token.startsWith('"') ? `"s${token.slice(1)}` : `"n${token}"`,
  )
  return untag(JSON.parse(tagged))
}

function untag(parsed: unknown): Value {
  if (parsed === null || typeof parsed === 'boolean') return parsed
  if (typeof parsed === 'string') {
    return parsed.startsWith('s') ? parsed.slice(1) : numberOf(parsed.slice(1))
  }
  if (Array.isArray(parsed)) return parsed.map(untag)
  return new Map(Object.entries(parsed ?? {}).map(([key, each]) => [key.slice(1), untag(each)]))
}

function numberOf(text: string): Value {
  if (/[.eE]/.test(text)) return new Float(Number(text))
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : BigInt(text)
}
