import { floatText } from '../kernel/json.ts'
import { Float, isList, isMap, type Value } from '../kernel/value.ts'

/** A value as Python's `str()` writes it, which is what string.Template puts into a text. */
export function pythonText(value: Value): string {
  return typeof value === 'string' ? value : representation(value)
}

function representation(value: Value): string {
  if (value === null) return 'None'
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (typeof value === 'string') return quoted(value)
  if (value instanceof Float) return floatText(value.value)
  if (isList(value)) return `[${value.map(representation).join(', ')}]`
  if (isMap(value)) {
    return `{${[...value].map(([key, each]) => `${quoted(key)}: ${representation(each)}`).join(', ')}}`
  }
  return String(value)
}

const ESCAPES = new Map([
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
])

/** Python's `repr` of text: single quotes unless only those are inside. */
function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const inner = text.replace(/[\\\n\r\t]/g, (each) => ESCAPES.get(each) ?? each)
  return `${quote}${quote === "'" ? inner.replaceAll("'", "\\'") : inner}${quote}`
}
