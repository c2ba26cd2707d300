import { ZtpError } from './errors.ts'
import { Float, isList, isMap, type Value } from './value.ts'

/**
 * Writes a value as Python's `json.dumps` does: `, ` and `: ` between, non-ASCII escaped, floats in
 * `repr` form, integers exact.
 *
 * @throws ZtpError ZTP_BAD_NUMBER for an infinity or a NaN, which JSON does not have
 */
export function toJson(value: Value): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return quoted(value)
  if (value instanceof Float) return floatText(value.value)
  if (isList(value)) return `[${value.map(toJson).join(', ')}]`
  if (isMap(value)) {
    return `{${[...value].map(([key, each]) => `${quoted(key)}: ${toJson(each)}`).join(', ')}}`
  }
  return String(value)
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, escapeUnit)
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Python's `repr` of a float: shortest digits, exponent form below 1e-4 and from 1e16. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) {
    throw new ZtpError('ZTP_BAD_NUMBER', `${value} is not a number that JSON can carry`)
  }
  if (Object.is(value, -0)) return '-0.0'
  const magnitude = Math.abs(value)
  if (value !== 0 && (magnitude < 1e-4 || magnitude >= 1e16)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
  }
  const text = String(value)
  return text.includes('.') ? text : `${text}.0`
}
