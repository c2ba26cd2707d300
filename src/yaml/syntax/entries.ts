import { Float } from '../../kernel/value.ts'
import type { YamlEntry, YamlScalar } from '../document.ts'

/** Python takes 1, 1.0 and True for one key. */
function identity(key: YamlScalar): unknown {
  const { value } = key
  if (typeof value === 'boolean') return Number(value)
  return value instanceof Float ? value.value : value
}

/**
 * The entries as a Python dict keeps them: the first key's position, the last one's value.
 *
 * @param onDuplicate told of each entry whose key was there before
 */
export function withoutDuplicates(
  entries: readonly YamlEntry[],
  onDuplicate: (again: YamlEntry, first: YamlEntry) => void,
): readonly YamlEntry[] {
  const seen = new Map<unknown, number>()
  const kept: YamlEntry[] = []
  for (const entry of entries) {
    const id = identity(entry.key)
    const at = seen.get(id)
    const first = at === undefined ? undefined : kept[at]
    if (at === undefined || first === undefined) {
      seen.set(id, kept.length)
      kept.push(entry)
    } else {
      onDuplicate(entry, first)
      kept[at] = { key: first.key, value: entry.value }
    }
  }
  return kept.length === entries.length ? entries : kept
}
