import { Float, isList, isMap, type Value, type ValueMap } from '../kernel/value.ts'
import { scalarText } from './quoting.ts'

/** YAML 1.1 takes keys of up to 1024 characters without the mark `? `. */
const LONGEST_KEY = 1000

/**
 * Writes a value as a YAML text in block style, which PyYAML and parseYaml read back as the same.
 *
 * Texts are quoted where they would read as something else.
 */
export function renderYaml(value: Value): string {
  return isBlock(value) ? `${lines(value).join('\n')}\n` : `${inline(value)}\n`
}

function isBlock(value: Value): value is readonly Value[] | ValueMap {
  return isList(value) ? value.length > 0 : isMap(value) && value.size > 0
}

function lines(value: readonly Value[] | ValueMap): readonly string[] {
  if (isMap(value)) return [...value].flatMap(([key, each]) => entryLines(key, each))
  return value.flatMap(itemLines)
}

/** An item's first line stands after its dash, the rest under it. */
function itemLines(item: Value): readonly string[] {
  if (!isBlock(item)) return [`- ${inline(item)}`]
  return lines(item).map((line, at) => `${at === 0 ? '- ' : '  '}${line}`)
}

function entryLines(key: string, value: Value): readonly string[] {
  const name = scalarText(key)
  const [lead, mark] = name.length > LONGEST_KEY ? [[`? ${name}`], ':'] : [[], `${name}:`]
  if (!isBlock(value)) return [...lead, `${mark} ${inline(value)}`]
  return [...lead, mark, ...lines(value).map((line) => `  ${line}`)]
}

function inline(value: Value): string {
  if (typeof value === 'string') return scalarText(value)
  if (value instanceof Float) return floatText(value.value)
  if (isList(value)) return '[]'
  return isMap(value) ? '{}' : String(value)
}

/** As PyYAML reads floats: with a dot always, and a sign in the exponent. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return '.nan'
  if (!Number.isFinite(value)) return value < 0 ? '-.inf' : '.inf'
  if (Object.is(value, -0)) return '-0.0'
  const [mantissa = '', exponent] = String(value).split('e')
  const dotted = mantissa.includes('.') ? mantissa : `${mantissa}.0`
  return exponent === undefined ? dotted : `${dotted}e${exponent}`
}
