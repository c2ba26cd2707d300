import { readRange } from './pool-range.ts'
import type { TableEntry } from './pool-table.ts'
import type { PoolRange, Span } from './range-reading.ts'

/** So many comparisons are worth an exact figure: more would keep a server waiting. */
const MOST_COMPARISONS = 4_000_000

/**
 * How many new entries each free range of a pool stands for: those that the pool has elsewhere, on
 * lines or in earlier ranges, do not count. In a pool of very many ranges, all of each.
 *
 * @returns by key; nothing for ordinary entries
 */
export function rangeSizes(entries: readonly TableEntry[]): ReadonlyMap<string, number> {
  const ranges = entries.flatMap(({ key, holder }, position) => {
    const reading = holder === null ? readRange(key) : undefined
    return reading?.kind === 'range' ? [{ key, position, range: reading.range }] : []
  })
  const later = new Map(ranges.map(({ key, position }) => [key, position]))
  const isExact = ranges.length * entries.length <= MOST_COMPARISONS
  return new Map(
    ranges.map(({ key, position, range }) => {
      const others = entries.filter((other) => (later.get(other.key) ?? -1) < position)
      return [key, Number(isExact ? newEntries(range, others) : range.size)]
    }),
  )
}

function newEntries(range: PoolRange, others: readonly TableEntry[]): bigint {
  const spans = others.flatMap(({ key }) => range.covers(key) ?? [])
  let count = range.size
  let counted = -1n
  for (const { from, to } of inOrder(spans)) {
    const first = from > counted ? from : counted + 1n
    if (to < first) continue
    count -= to - first + 1n
    counted = to
  }
  return count
}

function inOrder(spans: readonly Span[]): readonly Span[] {
  return [...spans].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))
}
