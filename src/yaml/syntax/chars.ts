/** What YAML 1.1 takes as the end of a line. */
export const BREAK = /\r\n|[\r\n\x85\u2028\u2029]/g

export const TAB = 9
export const LF = 10
export const CR = 13
export const SPACE = 32
export const EXCLAMATION = 33
export const DOUBLE_QUOTE = 34
export const HASH = 35
export const PERCENT = 37
export const AMPERSAND = 38
export const SINGLE_QUOTE = 39
export const ASTERISK = 42
export const COMMA = 44
export const DASH = 45
export const COLON = 58
export const GREATER = 62
export const QUESTION = 63
export const OPEN_LIST = 91
export const BACKSLASH = 92
export const CLOSE_LIST = 93
export const OPEN_MAP = 123
export const PIPE = 124
export const CLOSE_MAP = 125

/** Whether a character code ends a line. */
export function isBreak(code: number): boolean {
  return code === LF || code === CR || code === 0x85 || code === 0x2028 || code === 0x2029
}

/** Whether nothing more stands here; `charCodeAt` gives NaN past the end. */
export function isEnd(code: number): boolean {
  return Number.isNaN(code)
}

/** Whether it separates words: a space, a tab, the end of the line or of the text. */
export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB || isBreak(code) || isEnd(code)
}

/** One of `,[]{}`. */
export function isFlowIndicator(code: number): boolean {
  return (
    code === COMMA ||
    code === OPEN_LIST ||
    code === CLOSE_LIST ||
    code === OPEN_MAP ||
    code === CLOSE_MAP
  )
}

const NEVER_FIRST = new Set([...'-?:,[]{}#&*!|>\'"%@`'].map((each) => each.charCodeAt(0)))

/**
 * Whether a plain scalar may start with `code`, `next` following it.
 *
 * `-`, and outside of flow collections `?` and `:`, may be the first when no blank follows.
 */
export function startsPlain(code: number, next: number, inFlow: boolean): boolean {
  if (isBlank(code)) return false
  if (!NEVER_FIRST.has(code)) return true
  if (isBlank(next)) return false
  return code === DASH || (!inFlow && (code === QUESTION || code === COLON))
}
