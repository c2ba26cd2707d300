import { floatText } from '../kernel/json.ts'
import { Float, type Value } from '../kernel/value.ts'
import type { YamlMap, YamlNode, YamlScalar } from './document.ts'

/**
 * The plain value of a node: what PyYAML's safe loader would have given, dates as ISO text.
 *
 * Keys become text the way Python's `json.dumps` writes them: 1 → "1", true → "true", null →
 * "null", 1.0 → "1.0". Where two keys become one text, the last wins.
 */
export function toValue(node: YamlNode): Value {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.items.map(toValue)
  return mapValue(node)
}

function mapValue(map: YamlMap): ReadonlyMap<string, Value> {
  return new Map(map.entries.map((entry) => [keyText(entry.key), toValue(entry.value)]))
}

/** A key as `json.dumps` writes it. */
function keyText(key: YamlScalar): string {
  const { value } = key
  if (typeof value === 'string') return value
  return value instanceof Float ? pythonFloat(value.value) : String(value)
}

function pythonFloat(value: number): string {
  return Number.isFinite(value) ? floatText(value) : String(value)
}
