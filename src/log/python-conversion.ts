import { floatText } from '../kernel/json.ts'
import type { Field } from './fields.ts'
import type { LogRecord } from './record.ts'

/** The part of `%(name)-15.3s` behind the name. */
export type Directive = {
  /** Among `-`, `0`, `+`, space and `#`. */
  readonly flags: string
  readonly width: number
  readonly precision: number | undefined
  /** One letter. */
  readonly conversion: string
}

/** The conversions that are understood, as a message lists them. */
export const CONVERSIONS = '%(name)s for text, %(name)d, %(name)x, %(name)o or %(name)f for numbers'

/**
 * What Python's `%` operator does with a field.
 *
 * @returns undefined when the field cannot be converted so, e.g. text by `%d`
 */
export function convert(
  field: Field,
  directive: Directive,
): ((record: LogRecord) => string) | undefined {
  const { conversion } = directive
  if (conversion === 's') {
    const text = asText(field)
    return (record) => padded(cut(text(record), directive.precision), directive)
  }
  if (field.kind === 'text') return undefined
  const digits = digitsOf(conversion, directive)
  return digits && ((record) => signed(digits(field.of(record)), directive))
}

function asText(field: Field): (record: LogRecord) => string {
  if (field.kind === 'text') return field.of
  return field.kind === 'float'
    ? (record) => floatText(field.of(record))
    : (record) => String(field.of(record))
}

/** Every number of a record is positive, so there is no sign to take care of. */
function digitsOf(
  conversion: string,
  { precision, flags }: Directive,
): ((value: number) => string) | undefined {
  const whole = (radix: number) => (value: number) =>
    Math.trunc(value)
      .toString(radix)
      .padStart(precision ?? 1, '0')
  const prefix = flags.includes('#') ? `0${conversion.toLowerCase()}` : ''
  switch (conversion) {
    case 'd':
    case 'i':
    case 'u':
      return whole(10)
    case 'x':
      return (value) => prefix + whole(16)(value)
    case 'o':
      return (value) => prefix + whole(8)(value)
    case 'f':
    case 'F':
      return (value) => value.toFixed(Math.min(precision ?? 6, 100))
    default:
      return undefined
  }
}

function signed(digits: string, directive: Directive): string {
  const { flags, width } = directive
  const sign = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : ''
  const zeros = flags.includes('0') && !flags.includes('-')
  if (zeros) return sign + digits.padStart(width - sign.length, '0')
  return padded(sign + digits, directive)
}

/** Width counts characters, as Python's does, not UTF-16 units. */
function padded(text: string, { flags, width }: Directive): string {
  if (width === 0) return text
  const space = ' '.repeat(Math.max(0, width - [...text].length))
  return flags.includes('-') ? text + space : space + text
}

function cut(text: string, precision: number | undefined): string {
  return precision === undefined ? text : [...text].slice(0, precision).join('')
}
