import { Float, type Value } from './value.ts'

/** Lists and objects inside each other: what a stack of any size can take. */
const MAX_DEPTH = 64
/** As many digits as Python prints of an integer; to read more takes longer than their number. */
const MAX_DIGITS = 4300

/** Space, tab, line feed, carriage return. */
const SPACE: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d])
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y
const WORD = /true|false|null/y
const CONTROL = /\p{Cc}/u

const WORDS: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null }

/**
 * Reads a JSON text as Python's `json.loads` does: integers exact whatever their size, 1.0 a float,
 * the keys of an object in their order, the last of equal ones.
 *
 * @throws Error with a sentence that says what is wrong, and where: not JSON, a number that is out
 *   of range, too deep
 */
export function readJson(text: string): Value {
  let at = 0
  let depth = 0

  function value(): Value {
    skipSpace()
    const first = text[at]
    if (first === '"') return string()
    if (first === '{') return nested(object)
    if (first === '[') return nested(list)
    if (first === 't' || first === 'f' || first === 'n') return word()
    return number()
  }

  function nested<T extends Value>(read: () => T): T {
    depth += 1
    if (depth > MAX_DEPTH) throw new Error(`JSON nested deeper than ${MAX_DEPTH} levels`)
    at += 1
    const built = read()
    depth -= 1
    return built
  }

  function list(): readonly Value[] {
    const items: Value[] = []
    if (ends(']')) return items
    do items.push(value())
    while (goesOn(']'))
    return items
  }

  function object(): ReadonlyMap<string, Value> {
    const entries = new Map<string, Value>()
    if (ends('}')) return entries
    do {
      skipSpace()
      if (text[at] !== '"') throw unexpected()
      const key = string()
      if (!ends(':')) throw unexpected()
      entries.set(key, value())
    } while (goesOn('}'))
    return entries
  }

  /** @returns false at the end of the list or object, true when one more follows */
  function goesOn(end: string): boolean {
    if (ends(end)) return false
    if (!ends(',')) throw unexpected()
    return true
  }

  function ends(mark: string): boolean {
    skipSpace()
    if (text[at] !== mark) return false
    at += 1
    return true
  }

  /** Found by looking for its quotes: a regular expression would use the stack for each character. */
  function string(): string {
    const start = at
    let end = text.indexOf('"', start + 1)
    while (end > 0 && isEscaped(end)) end = text.indexOf('"', end + 1)
    if (end < 0) throw new Error('not valid JSON: a text that does not end')
    at = end + 1
    const inner = text.slice(start + 1, end)
    if (!inner.includes('\\') && !CONTROL.test(inner)) return inner
    return parseString(text.slice(start, at))
  }

  function isEscaped(quote: number): boolean {
    let before = quote
    while (text[before - 1] === '\\') before -= 1
    return (quote - before) % 2 === 1
  }

  function word(): Value {
    const written = take(WORD)
    if (written === undefined) throw unexpected()
    return WORDS[written] ?? null
  }

  function number(): Value {
    const written = take(NUMBER)
    if (written === undefined) throw unexpected()
    if (written.length > MAX_DIGITS) throw new Error(`a number has more than ${MAX_DIGITS} digits`)
    const read = Number(written)
    if (/[.eE]/.test(written)) return float(read, written)
    return Number.isSafeInteger(read) ? read : BigInt(written)
  }

  function take(what: RegExp): string | undefined {
    what.lastIndex = at
    const found = what.exec(text)?.[0]
    at += found?.length ?? 0
    return found
  }

  function skipSpace(): void {
    while (SPACE.has(text.charCodeAt(at))) at += 1
  }

  function unexpected(): Error {
    const what = at < text.length ? `${JSON.stringify(text[at])} at character ${at + 1}` : 'its end'
    return new Error(`not valid JSON: unexpected ${what}`)
  }

  const read = value()
  skipSpace()
  if (at < text.length) throw unexpected()
  return read
}

function float(read: number, written: string): Float {
  if (!Number.isFinite(read)) throw new Error(`the number ${written} is too large`)
  return new Float(read)
}

function parseString(quoted: string): string {
  try {
    return String(JSON.parse(quoted))
  } catch {
    throw new Error('not valid JSON: a text with a character or an escape that JSON does not have')
  }
}
