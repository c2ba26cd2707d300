import { Float } from '../kernel/value.ts'
import type { YamlNode } from '../yaml/document.ts'

/** As YAML 1.1 writes null and false, 0, and the word that ZTPServer's --clear-resources left. */
const FREE = new Set(
  '|~|null|Null|NULL|false|False|FALSE|no|No|NO|off|Off|OFF|0|None|none'.split('|'),
)

/** Whether a plain scalar, as written, marks an entry as free. */
export function isFreeWord(text: string): boolean {
  return FREE.has(text)
}

/** Whether a value marks an entry as free: null, nothing, `false`, 0 or the word `None`. */
export function isFree(node: YamlNode): boolean {
  if (node.kind !== 'scalar') return false
  const { value } = node
  if (typeof value === 'string') return value === '' || value === 'None' || value === 'none'
  return value === null || value === false || (value instanceof Float ? value.value : value) === 0
}
