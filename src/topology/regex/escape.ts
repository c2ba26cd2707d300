import { isDigit, isHex, isOctal, type Scanner } from './scanner.ts'
import { type Category, type CodeRange, type Position, range } from './syntax.ts'

/** What a backslash and what follows it stand for outside a class. */
export type Escape =
  | CodeRange
  | Category
  | { readonly kind: 'position'; readonly at: Position['at'] }
  | { readonly kind: 'number'; readonly group: number }

const POSITIONS: Readonly<Record<string, Position['at']>> = {
  A: 'start',
  Z: 'end',
  b: 'boundary',
  B: 'not-boundary',
}
const CATEGORIES: Readonly<Record<string, Category>> = {
  d: { kind: 'category', name: 'd', negated: false },
  D: { kind: 'category', name: 'd', negated: true },
  s: { kind: 'category', name: 's', negated: false },
  S: { kind: 'category', name: 's', negated: true },
  w: { kind: 'category', name: 'w', negated: false },
  W: { kind: 'category', name: 'w', negated: true },
}
const CONTROLS: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 }
const HEX_LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }
const MAX_OCTAL = 0o377
const MAX_CODE_POINT = 0x10ffff

/** Reads an escape outside a class; its backslash is consumed already. */
export function readEscape(scanner: Scanner): Escape {
  const at = POSITIONS[scanner.next]
  if (at !== undefined) {
    scanner.take()
    return { kind: 'position', at }
  }
  if (scanner.next !== '0' && isDigit(scanner.next)) return readNumber(scanner)
  return readClassEscape(scanner)
}

/** `\1` to `\99` is a group; three octal digits are a character. */
function readNumber(scanner: Scanner): Escape {
  const from = scanner.position
  const octal = scanner.takeWhile(isOctal, 3)
  if (octal.length === 3) return octalCharacter(scanner, octal)
  scanner.back(from)
  return { kind: 'number', group: Number(scanner.takeWhile(isDigit, 2)) }
}

/** Reads an escape inside a class, where there are no positions and no groups. */
export function readClassEscape(scanner: Scanner): CodeRange | Category {
  const from = scanner.position - 1
  const char = scanner.take()
  if (char === '') scanner.fail('a backslash ends the expression', from)
  const category = CATEGORIES[char]
  if (category !== undefined) return category
  const control = CONTROLS[char]
  if (control !== undefined) return range(control)
  const hexLength = HEX_LENGTHS[char]
  if (hexLength !== undefined) return hexCharacter(scanner, hexLength, from)
  if (isOctal(char)) return octalCharacter(scanner, char + scanner.takeWhile(isOctal, 2))
  if (/^[0-9A-Za-z]$/.test(char)) scanner.fail(`bad escape \\${char}`, from)
  return range(codeOf(char))
}

function hexCharacter(scanner: Scanner, length: number, from: number): CodeRange {
  const digits = scanner.takeWhile(isHex, length)
  const code = Number.parseInt(digits, 16)
  if (digits.length !== length || code > MAX_CODE_POINT) scanner.fail('incomplete escape', from)
  return range(code)
}

function octalCharacter(scanner: Scanner, digits: string): CodeRange {
  const code = Number.parseInt(digits, 8)
  if (code > MAX_OCTAL) scanner.fail(`octal escape \\${digits} is beyond \\377`)
  return range(code)
}

/** The code point of a character of the scanner. */
export function codeOf(char: string): number {
  return char.codePointAt(0) ?? 0
}
