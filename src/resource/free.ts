import { Float } from '../kernel/value.ts'
import type { YamlNode } from '../yaml/document.ts'

/** The word that ZTPServer's --clear-resources left. */
const NONE = /^[Nn]one$/

/** Whether a value marks an entry as free: null, nothing, `false`, 0 or the word `None`. */
export function isFree(node: YamlNode): boolean {
  if (node.kind !== 'scalar') return false
  const { value } = node
  if (typeof value === 'string') return isFreeText(value, true)
  return value === null || value === false || (value instanceof Float ? value.value : value) === 0
}

/**
 * The same for a null, a text or digits.
 *
 * @param written without quotes
 */
export function isFreeText(written: string | null, isText: boolean): boolean {
  if (written === null || written === '' || NONE.test(written)) return true
  return !isText && /^0+$/.test(written)
}
