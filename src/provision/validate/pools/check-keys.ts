import type { Finding } from '../finding.ts'
import { errorOn, named, type PoolItem, repeated, warningOn } from './pool-item.ts'

/** Entries that are there twice, or are not of one kind. */
export function checkKeys(items: readonly PoolItem[]): readonly Finding[] {
  return [...twice(items), ...differInCase(items), ...mixedKinds(items)]
}

/** Only a table can have two of the same: of a file the last counts, which its reader says. */
function twice(items: readonly PoolItem[]): readonly Finding[] {
  if (items[0]?.place !== undefined) return []
  return repeated(items, ({ key }) => key).map(([item]) => {
    const message = `${item.key} is there more than once, and two nodes may get it: remove all but one row`
    return errorOn(item, 'ZTP_DUPLICATE_KEY', message)
  })
}

/** Addresses are compared as numbers. */
function differInCase(items: readonly PoolItem[]): readonly Finding[] {
  const folded = ({ key, span }: PoolItem) => (span === undefined ? key.toLowerCase() : undefined)
  return repeated(items, folded).flatMap(([item, before]) => {
    if (item.key === before.key) return []
    const message = `${item.key} and ${named(before)} differ in case only: as host names they are the same`
    return [warningOn(item, 'ZTP_CASE_CLASH', message)]
  })
}

function mixedKinds(items: readonly PoolItem[]): readonly Finding[] {
  const kinds = new Map<string, { readonly first: PoolItem; count: number }>()
  for (const item of items) {
    const kind = kindOf(item)
    const known = kinds.get(kind)
    if (known === undefined) kinds.set(kind, { first: item, count: item.size })
    else known.count += item.size
  }
  const [most, ...others] = [...kinds].sort(([, one], [, other]) => other.count - one.count)
  return others.map(([kind, { first }]) => {
    const message = `${first.key} is ${kind}, and most entries here are not: ${most?.[1].first.key} is ${most?.[0]}`
    return warningOn(first, 'ZTP_MIXED_POOL', message)
  })
}

function kindOf({ key, span }: PoolItem): string {
  if (span !== undefined) {
    const { family, prefix } = span
    return `an IPv${family} address with${prefix === undefined ? 'out' : ' its'} prefix length`
  }
  return /^\d+$/.test(key) ? 'a number' : 'a name'
}
