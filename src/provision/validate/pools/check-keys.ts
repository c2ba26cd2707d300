import type { Finding } from '../finding.ts'
import { named, type PoolItem, repeated, warningOn } from './pool-item.ts'

/** Entries that are one name, or not of one kind; the reader of a pool tells of a key twice. */
export function checkKeys(items: readonly PoolItem[]): readonly Finding[] {
  return [...differInCase(items), ...mixedKinds(items)]
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

/** What kind of value an entry is, with its article. */
export function kindOf({ key, span }: PoolItem): string {
  if (span !== undefined) {
    const { family, prefix } = span
    return `an IPv${family} address with${prefix === undefined ? 'out' : ' its'} prefix length`
  }
  return /^\d+$/.test(key) ? 'a number' : 'a name'
}
