import { isMap, type ValueMap } from '../kernel/value.ts'

/**
 * Two scopes as one: the narrower has the say, and maps in both are merged by the same rule.
 *
 * @returns `wide` itself when there is nothing to add, so that equal scopes stay identical
 */
export function mergeScopes(wide: ValueMap, narrow: ValueMap): ValueMap {
  if (narrow.size === 0) return wide
  const merged = new Map(wide)
  for (const [key, value] of narrow) {
    const below = wide.get(key)
    merged.set(key, isMap(below) && isMap(value) ? mergeScopes(below, value) : value)
  }
  return merged
}
