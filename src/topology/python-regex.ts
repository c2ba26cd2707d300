import { RE2JS } from 're2js'
import { onlyCharacter } from './regex/characters.ts'
import { checkLimits } from './regex/limits.ts'
import { parseRegex } from './regex/parse.ts'
import { RegexError } from './regex/scanner.ts'
import type { Regex } from './regex/syntax.ts'
import { type ScriptRegex, toJavaScript } from './regex/to-javascript.ts'
import { encodeNewlines, type LinearRegex, toRe2 } from './regex/to-re2.ts'

/** Long enough for any name of a switch; short enough to read and compile. */
const MAX_LENGTH = 1000

/** A Python regular expression that is asked whether it matches at the start of a value. */
export type PythonRegex = {
  /** As the operator wrote it. */
  readonly text: string
  /** What every value it matches begins with. */
  readonly prefix: string
  /** The linear-time answer; undefined when only the slow engine knows. */
  test(value: string): boolean | undefined
  /** The same for JavaScript's own engine, which needs a time limit. */
  script(): ScriptRegex
}

/** An expression, or why it is none that we can run. */
export type ParsedRegex =
  | { readonly kind: 'regex'; readonly regex: PythonRegex }
  | { readonly kind: 'bad'; readonly reason: string }

/**
 * Reads a regular expression with Python 3's syntax and meaning (`re.match`).
 *
 * Nothing is compiled until the first value is tested.
 */
export function parsePythonRegex(text: string): ParsedRegex {
  if (text.length > MAX_LENGTH) {
    return { kind: 'bad', reason: `longer than ${MAX_LENGTH} characters` }
  }
  try {
    const tree = parseRegex(text)
    checkLimits(tree)
    return { kind: 'regex', regex: new TranslatedRegex(text, tree) }
  } catch (thrown) {
    if (thrown instanceof RegexError) return { kind: 'bad', reason: thrown.message }
    throw thrown
  }
}

class TranslatedRegex implements PythonRegex {
  readonly text: string
  readonly prefix: string
  readonly #tree: Regex
  /** Whether the prefix is all there is to check. */
  readonly #isPrefix: boolean
  readonly #linear: LinearRegex | undefined
  #script: ScriptRegex | undefined
  #engine: RE2JS | undefined

  constructor(text: string, tree: Regex) {
    this.text = text
    this.#tree = tree
    const { prefix, whole } = prefixOf(tree)
    this.prefix = prefix
    this.#isPrefix = whole
    this.#linear = toRe2(tree)
    this.#script = this.#linear === undefined ? toJavaScript(tree) : undefined
  }

  test(value: string): boolean | undefined {
    if (!value.startsWith(this.prefix)) return false
    if (this.#isPrefix) return true
    const linear = this.#linear
    if (linear === undefined || !answers(linear, value)) return undefined
    this.#engine ??= RE2JS.compile(linear.source)
    return this.#engine.test(linear.encoded ? encodeNewlines(value) : value)
  }

  script(): ScriptRegex {
    this.#script ??= toJavaScript(this.#tree)
    return this.#script
  }
}

function answers(linear: LinearRegex, value: string): boolean {
  if (linear.asciiOnly && !/^[\0-\x7f]*$/.test(value)) return false
  if (linear.notEmpty && value === '') return false
  return !(linear.singleLineOnly && value.includes('\n'))
}

/** The characters that the expression begins with, and whether nothing else matters. */
function prefixOf(tree: Regex): { readonly prefix: string; readonly whole: boolean } {
  const parts = withoutIdleEnd(tree.kind === 'sequence' ? tree.parts : [tree])
  let prefix = ''
  for (const part of parts) {
    if (part.kind === 'position' && part.at === 'start' && prefix === '') continue
    const code = part.kind === 'set' && !part.ignoreCase ? onlyCharacter(part) : undefined
    if (code === undefined) return { prefix, whole: false }
    prefix += String.fromCodePoint(code)
  }
  return { prefix, whole: true }
}

/** What may match nothing at the end, `.*` for one, says nothing about the start of a value. */
function withoutIdleEnd(parts: readonly Regex[]): readonly Regex[] {
  const idle = (part: Regex) => part.kind === 'repeat' && part.min === 0
  return parts.slice(0, parts.findLastIndex((part) => !idle(part)) + 1)
}
