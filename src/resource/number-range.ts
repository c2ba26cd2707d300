import type { RangeReading, Span } from './range-reading.ts'

/** Brackets with nothing in them but digits, dashes, commas and spaces. */
const BRACKETS = /\[([-0-9, ]*)\]/g
const NUMBERS = /^([0-9]+)-([0-9]+)$/

type Ends = {
  readonly before: string
  readonly after: string
  readonly low: bigint
  readonly high: bigint
  /** Digits of each number; undefined without leading zeros. */
  readonly width: number | undefined
}

/**
 * Reads a text with `[n-m]` in it, such as `leaf[01-64]` or `10.0.[0-9].1/24`.
 *
 * @returns undefined for what has no brackets of this kind
 */
export function readNumberRange(key: string): RangeReading | undefined {
  const reading = readEnds(key)
  return reading && 'reason' in reading ? reading : reading && rangeOf(reading)
}

function readEnds(
  key: string,
): Ends | Extract<RangeReading, { readonly kind: 'malformed' }> | undefined {
  const found = [...key.matchAll(BRACKETS)].filter(([, inside = '']) => isMeant(inside))
  const [brackets] = found
  if (brackets === undefined) return undefined
  const wrong = (reason: string) => ({ kind: 'malformed', reason: `${key} ${reason}` }) as const
  if (found.length > 1) return wrong('has two ranges: one [n-m] is allowed, write a line for each')
  const [, first = '', last = ''] = NUMBERS.exec(brackets[1] ?? '') ?? []
  if (first === '') return wrong('has no range in its brackets: leaf[01-64] would be one')
  const before = key.slice(0, brackets.index)
  const after = key.slice(brackets.index + brackets[0].length)
  const rewritten = (low: string, high: string) => `write ${before}[${low}-${high}]${after}`
  const isPadded = /^0[0-9]|-0[0-9]/.test(`${first}-${last}`)
  if (isPadded && first.length !== last.length) {
    const digits = Math.max(first.length, last.length)
    const same = rewritten(first.padStart(digits, '0'), last.padStart(digits, '0'))
    return wrong(`has leading zeros in numbers of different length: ${same}`)
  }
  const [low, high] = [BigInt(first), BigInt(last)]
  if (low > high) return wrong(`goes backwards: ${rewritten(last, first)}`)
  return { before, after, low, high, width: isPadded ? first.length : undefined }
}

function isMeant(inside: string): boolean {
  return /[0-9]/.test(inside) && inside.includes('-')
}

function rangeOf(ends: Ends): RangeReading {
  const { before, after, low, high, width = 0 } = ends
  const digits = (value: bigint) => value.toString().padStart(width, '0')
  return {
    kind: 'range',
    range: {
      size: high - low + 1n,
      at: (position) => before + digits(low + position) + after,
      part({ from, to }) {
        const [first, last] = [digits(low + from), digits(low + to)]
        return before + (first === last ? first : `[${first}-${last}]`) + after
      },
      covers: (key) => covered(ends, key),
    },
  }
}

function covered(ends: Ends, key: string): Span | undefined {
  const other = numbersOf(ends, key)
  if (other === undefined) return undefined
  const { width } = ends
  if (width !== other.width && width !== undefined && other.width !== undefined) return undefined
  const digits = width ?? other.width
  // Without leading zeros only numbers of just so many digits are the same text.
  const limits = width === other.width || digits === undefined ? [ends] : [ends, ofDigits(digits)]
  const low = limits.reduce((most, each) => (each.low > most ? each.low : most), other.low)
  const high = limits.reduce((least, each) => (each.high < least ? each.high : least), other.high)
  return low > high ? undefined : { from: low - ends.low, to: high - ends.low }
}

/** The numbers of a key that is otherwise the same text. */
function numbersOf(
  { before, after }: Ends,
  key: string,
): Pick<Ends, 'low' | 'high' | 'width'> | undefined {
  if (!key.startsWith(before) || !key.endsWith(after)) return undefined
  if (key.length <= before.length + after.length) return undefined
  const inside = key.slice(before.length, key.length - after.length)
  if (/^[0-9]+$/.test(inside)) {
    const isPadded = /^0[0-9]/.test(inside)
    const value = BigInt(inside)
    return { low: value, high: value, width: isPadded ? inside.length : undefined }
  }
  const ends = readEnds(key)
  if (ends === undefined || 'reason' in ends) return undefined
  return ends.before === before && ends.after === after ? ends : undefined
}

function ofDigits(digits: number): Pick<Ends, 'low' | 'high'> {
  return { low: digits === 1 ? 0n : 10n ** BigInt(digits - 1), high: 10n ** BigInt(digits) - 1n }
}
