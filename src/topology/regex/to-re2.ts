import { coversNewline, spaceRanges, withAsciiCases, withSameLetters } from './characters.ts'
import {
  type Category,
  type CharItem,
  type CharSet,
  type CodeRange,
  type Position,
  type Regex,
  range,
  somePart,
} from './syntax.ts'

/** An expression for the linear-time engine, and the values that it answers right. */
export type LinearRegex = {
  readonly source: string
  /** Values must go through encodeNewlines. */
  readonly encoded: boolean
  /** The engine's `\b` and `\W` know ASCII only; other values are for the slow engine. */
  readonly asciiOnly: boolean
  /** Python's `\B` does not match in an empty text, the engine's does. */
  readonly notEmpty: boolean
  /** `$` of one line beside `^` of many: only values without a newline. */
  readonly singleLineOnly: boolean
}

/**
 * Stands for a newline that does not end the value, where the expression has Python's `$`: the
 * engine's `(?m:$)` then holds at the end and before a final newline, as `$` does. A noncharacter.
 */
const INNER_NEWLINE = 0xfdd0
/** What a value's own U+FDD0 becomes meanwhile. */
const OTHER_NONCHARACTER = 0xfdd1

/** @returns undefined when the engine cannot do it: look-around, back-references, atomic groups */
export function toRe2(regex: Regex): LinearRegex | undefined {
  if (somePart(regex, isIrregular)) return undefined
  const has = (...places: readonly Position['at'][]) =>
    somePart(regex, (part) => part.kind === 'position' && places.includes(part.at))
  const encoded = has('last')
  return {
    source: `\\A(?:${emit(regex, encoded)})`,
    encoded,
    asciiOnly: somePart(regex, knowsOnlyAscii),
    notEmpty: has('not-boundary'),
    singleLineOnly: encoded && has('line-start', 'line-end'),
  }
}

/** A value as an `encoded` expression wants it. */
export function encodeNewlines(value: string): string {
  if (!value.includes('\n')) return value
  return value
    .replaceAll(String.fromCharCode(INNER_NEWLINE), String.fromCharCode(OTHER_NONCHARACTER))
    .replace(/\n(?!$)/g, String.fromCharCode(INNER_NEWLINE))
}

function isIrregular(part: Regex): boolean {
  if (part.kind === 'repeat') return part.mode === 'possessive'
  return part.kind === 'look' || part.kind === 'backreference' || part.kind === 'atomic'
}

function knowsOnlyAscii(part: Regex): boolean {
  if (part.kind === 'position') {
    return !part.ascii && (part.at === 'boundary' || part.at === 'not-boundary')
  }
  return part.kind === 'set' && !part.ascii && part.items.length > 1 && part.items.some(isNonWord)
}

function isNonWord(item: CharItem): boolean {
  return item.kind === 'category' && item.name === 'w' && item.negated
}

function emit(regex: Regex, encoded: boolean): string {
  switch (regex.kind) {
    case 'set':
      return emitSet(regex, encoded)
    case 'position':
      return POSITIONS[regex.at]
    case 'sequence':
      return regex.parts.map((each) => emit(each, encoded)).join('')
    case 'choice':
      return `(?:${regex.options.map((each) => emit(each, encoded)).join('|')})`
    case 'group':
      return `(?:${emit(regex.body, encoded)})`
    case 'repeat':
      return `(?:${emit(regex.body, encoded)})${quantifier(regex.min, regex.max)}`
    default:
      throw new TypeError(`the linear-time engine has no ${regex.kind}`)
  }
}

const POSITIONS: Readonly<Record<Position['at'], string>> = {
  start: '\\A',
  'line-start': '(?m:^)',
  end: '\\z',
  last: '(?m:$)',
  'line-end': '(?m:$)',
  boundary: '\\b',
  'not-boundary': '\\B',
}

/** Greedy or lazy makes no difference to whether there is a match. */
function quantifier(min: number, max: number): string {
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? '*' : `{${min},}`
  return `{${min},${max}}`
}

function emitSet(set: CharSet, encoded: boolean): string {
  const { ignoreCase, ascii } = set
  if (!ignoreCase) return emitClass(set, set.items, encoded)
  if (ascii) return emitClass(set, withAsciiCases(set.items), encoded)
  return `(?i:${emitClass(set, withSameLetters(set.items), encoded)})`
}

function emitClass(
  { negated, ascii }: CharSet,
  items: readonly CharItem[],
  encoded: boolean,
): string {
  const [item, ...others] = items
  if (item === undefined) return '(?s:.)'
  if (others.length === 0 && isNonWord(item) && !ascii) {
    return negated ? '[\\p{L}\\p{N}_]' : '[^\\p{L}\\p{N}_]'
  }
  const ranges = items.flatMap((each): readonly CharItem[] =>
    each.kind === 'category' && each.name === 's' ? spaceRanges(each, ascii) : [each],
  )
  const all = encoded ? withInnerNewline(ranges, coversNewline(items)) : ranges
  return `[${negated ? '^' : ''}${all.map((each) => emitItem(each, ascii)).join('')}]`
}

/** Makes the stand-in for a newline be in the class exactly when a newline is. */
function withInnerNewline(items: readonly CharItem[], covered: boolean): readonly CharItem[] {
  const split = items.flatMap((item): readonly CharItem[] =>
    item.kind === 'range' && item.from <= INNER_NEWLINE && INNER_NEWLINE <= item.to
      ? [range(item.from, INNER_NEWLINE - 1), range(INNER_NEWLINE + 1, item.to)].filter(notEmpty)
      : [item],
  )
  return covered ? [...split, range(INNER_NEWLINE)] : split
}

function notEmpty({ from, to }: CodeRange): boolean {
  return from <= to
}

function emitItem(item: CharItem, ascii: boolean): string {
  if (item.kind === 'category') return emitCategory(item, ascii)
  const { from, to } = item
  return from === to ? emitCode(from) : `${emitCode(from)}-${emitCode(to)}`
}

function emitCategory({ name, negated }: Category, ascii: boolean): string {
  if (name === 'd') {
    if (ascii) return negated ? '\\D' : '0-9'
    return negated ? '\\P{Nd}' : '\\p{Nd}'
  }
  if (negated) return '\\W'
  return ascii ? '0-9A-Za-z_' : '\\p{L}\\p{N}_'
}

function emitCode(code: number): string {
  const char = String.fromCodePoint(code)
  return /^[0-9A-Za-z]$/.test(char) ? char : `\\x{${code.toString(16)}}`
}
