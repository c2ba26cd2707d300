import { hasCase, spaceRanges, withAsciiCases, withSameLetters } from './characters.ts'
import { RegexError } from './scanner.ts'
import {
  type Category,
  type CharItem,
  type CharSet,
  childrenOf,
  type Position,
  type Regex,
  somePart,
} from './syntax.ts'

/** An expression for JavaScript's own engine; true when `new RegExp(source, flags).test(value)`. */
export type ScriptRegex = { readonly source: string; readonly flags: string }

/**
 * The expression for the engine that can do everything and takes its time. A dot means any character:
 * V8 of Node 20 misreads `[^]` beside the flag v.
 *
 * Case is a flag of the whole expression there: where the parts differ, only ASCII letters ignore
 * it, spelled out.
 *
 * @throws RegexError where that is not enough
 */
export function toJavaScript(regex: Regex): ScriptRegex {
  const references = referencesIn(regex)
  const ignored = somePart(regex, (part) => caseOf(part) === 'ignored')
  const mixed = ignored && somePart(regex, (part) => caseOf(part) === 'kept')
  if (mixed && references.some((each) => each.ignoreCase)) {
    throw new RegexError(
      'a back-reference that ignores case where the rest does not, cannot be translated',
    )
  }
  const emitter = new Emitter(new Set(references.map(({ index }) => index)), mixed)
  return { source: `^(?:${emitter.emit(regex)})`, flags: ignored && !mixed ? 'isv' : 'sv' }
}

function referencesIn(regex: Regex): readonly Extract<Regex, { kind: 'backreference' }>[] {
  return regex.kind === 'backreference' ? [regex] : childrenOf(regex).flatMap(referencesIn)
}

/** Case that only ASCII letters have is spelled out, so the engine must keep it. */
function caseOf(part: Regex): 'ignored' | 'kept' | undefined {
  if (part.kind === 'backreference') return part.ignoreCase ? 'ignored' : 'kept'
  if (part.kind !== 'set' || !hasCase(part)) return undefined
  return part.ignoreCase && !part.ascii ? 'ignored' : 'kept'
}

const WORD = { unicode: '[\\p{L}\\p{N}_]', ascii: '[0-9A-Za-z_]' }

class Emitter {
  readonly #referenced: ReadonlySet<number>
  readonly #spellCases: boolean
  #atomics = 0

  constructor(referenced: ReadonlySet<number>, spellCases: boolean) {
    this.#referenced = referenced
    this.#spellCases = spellCases
  }

  emit(regex: Regex): string {
    switch (regex.kind) {
      case 'set':
        return this.#set(regex)
      case 'position':
        return position(regex)
      case 'sequence':
        return regex.parts.map((each) => this.emit(each)).join('')
      case 'choice':
        return `(?:${regex.options.map((each) => this.emit(each)).join('|')})`
      case 'group':
        return this.#group(regex.index, this.emit(regex.body))
      case 'repeat':
        return this.#repeat(this.emit(regex.body), regex.min, regex.max, regex.mode)
      case 'atomic':
        return this.#atomic(this.emit(regex.body))
      case 'backreference':
        return `\\k<g${regex.index}>`
      case 'look':
        return `(?${regex.ahead ? '' : '<'}${regex.negated ? '!' : '='}${this.emit(regex.body)})`
    }
  }

  #group(index: number, body: string): string {
    return this.#referenced.has(index) ? `(?<g${index}>${body})` : `(?:${body})`
  }

  #repeat(body: string, min: number, max: number, mode: 'greedy' | 'lazy' | 'possessive'): string {
    const counts = `{${min},${Number.isFinite(max) ? max : ''}}`
    const repeat = `(?:${body})${counts}`
    if (mode === 'possessive') return this.#atomic(repeat)
    return mode === 'lazy' ? `${repeat}?` : repeat
  }

  /** A look-ahead never looks again; what it saw is then taken by its name. */
  #atomic(body: string): string {
    this.#atomics += 1
    const name = `a${this.#atomics}`
    return `(?:(?=(?<${name}>${body}))\\k<${name}>)`
  }

  #set(set: CharSet): string {
    const { negated, ascii, ignoreCase } = set
    const spelled =
      ignoreCase && (ascii || this.#spellCases) ? withAsciiCases(set.items) : set.items
    const items = ignoreCase && !ascii ? withSameLetters(spelled) : spelled
    if (items.length === 0) return '.'
    return `[${negated ? '^' : ''}${items.map((each) => emitItem(each, ascii)).join('')}]`
  }
}

function position({ at, ascii }: Position): string {
  const word = ascii ? WORD.ascii : WORD.unicode
  switch (at) {
    case 'start':
      return '(?<!.)'
    case 'line-start':
      return '(?<![^\\n])'
    case 'end':
      return '(?!.)'
    case 'last':
      return '(?=\\n?(?!.))'
    case 'line-end':
      return '(?![^\\n])'
    case 'boundary':
      return `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`
    case 'not-boundary':
      // Python finds no `\B` in an empty text.
      return `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word})(?:(?<=.)|(?=.)))`
  }
}

function emitItem(item: CharItem, ascii: boolean): string {
  if (item.kind === 'category') return emitCategory(item, ascii)
  return item.from === item.to ? emitCode(item.from) : `${emitCode(item.from)}-${emitCode(item.to)}`
}

function emitCategory(category: Category, ascii: boolean): string {
  const { name, negated } = category
  if (name === 's') {
    return spaceRanges(category, ascii)
      .map((each) => emitItem(each, ascii))
      .join('')
  }
  const inside = name === 'd' ? (ascii ? '0-9' : '\\p{Nd}') : ascii ? '0-9A-Za-z_' : '\\p{L}\\p{N}_'
  return negated ? `[^${inside}]` : inside
}

function emitCode(code: number): string {
  const char = String.fromCodePoint(code)
  return /^[0-9A-Za-z]$/.test(char) ? char : `\\u{${code.toString(16)}}`
}
