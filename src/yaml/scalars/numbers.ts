import { Float } from '../../kernel/value.ts'

/** Python turns no longer text into an integer; longer ones would take seconds. */
const MOST_DIGITS = 4300

/**
 * The integer that PyYAML makes of `text`: decimal, `0x`, `0b`, octal with a leading 0, base 60.
 *
 * @returns a number while it is exact, a bigint beyond; undefined when it is no integer
 */
export function readInteger(text: string): number | bigint | undefined {
  const [, sign, digits = ''] = /^([+-]?)(.*)$/s.exec(text.replaceAll('_', '')) ?? []
  if (digits.length > MOST_DIGITS) return undefined
  const magnitude = readMagnitude(digits)
  if (magnitude === undefined) return undefined
  const value = sign === '-' ? -magnitude : magnitude
  const small = Number(value)
  return Number.isSafeInteger(small) ? small + 0 : BigInt(value)
}

function readMagnitude(digits: string): number | bigint | undefined {
  if (/^(0|[1-9][0-9]{0,14})$/.test(digits)) return Number(digits)
  if (/^(0b[01]+|0x[0-9a-fA-F]+|[1-9][0-9]*)$/.test(digits)) return BigInt(digits)
  if (/^0[0-7]+$/.test(digits)) return BigInt(`0o${digits.slice(1)}`)
  if (/^[0-9]+(:[0-9]+)+$/.test(digits)) return readBase60(digits)
  return undefined
}

function readBase60(digits: string): bigint {
  return digits.split(':').reduce((sum, each) => sum * 60n + BigInt(each), 0n)
}

/** The float that PyYAML makes of `text`; undefined when it is none. */
export function readFloat(text: string): Float | undefined {
  const plain = text.replaceAll('_', '').toLowerCase()
  const sign = plain.startsWith('-') ? -1 : 1
  const rest = plain.replace(/^[+-]/, '')
  if (/^\.?inf$/.test(rest)) return new Float(sign * Number.POSITIVE_INFINITY)
  if (/^\.?nan$/.test(rest)) return new Float(Number.NaN)
  if (/^[0-9.]+(:[0-9.]+)+$/.test(rest)) return new Float(sign * readBase60Float(rest))
  return /^([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?$/.test(rest)
    ? new Float(sign * Number(rest))
    : undefined
}

/** Added from the right, as Python does, since the order shows in the last digits. */
function readBase60Float(text: string): number {
  let sum = 0
  let base = 1
  for (const part of text.split(':').reverse()) {
    sum += Number(part) * base
    base *= 60
  }
  return sum
}
