import { readRange } from '../../../resource/pool-range.ts'
import type { Place } from '../../../yaml/document.ts'
import { errorAt, type Finding, warningAt } from '../finding.ts'
import { type AddressSpan, addressSpan } from './address-span.ts'

/** An entry of a pool as checks look at it, whether the pool is a file or a table. */
export type PoolItem = {
  readonly key: string
  readonly holder: string | null
  /** How many entries it stands for: more than 1 for a range. */
  readonly size: number
  /** The addresses that it stands for; undefined for all else. */
  readonly span: AddressSpan | undefined
  /** Undefined for the row of a table. */
  readonly place?: Place
}

type Written = Pick<PoolItem, 'key' | 'holder' | 'place'> & { readonly size?: number }

/** @param written `size` is found out where it is left out */
export function poolItem({ key, holder, place, size = sizeOf(key, holder) }: Written): PoolItem {
  const item = { key, holder, size, span: addressSpan(key) }
  return place === undefined ? item : { ...item, place }
}

/** A range stands for its entries only while nobody holds it. */
function sizeOf(key: string, holder: string | null): number {
  const reading = holder === null ? readRange(key) : undefined
  return reading?.kind === 'range' ? Number(reading.range.size) : 1
}

/** Where a table is spoken of as a whole. */
const START: Place = { line: 1, column: 1 }

export function errorOn({ place = START }: PoolItem, code: string, message: string): Finding {
  return errorAt(place, code, message)
}

export function warningOn({ place = START }: PoolItem, code: string, message: string): Finding {
  return warningAt(place, code, message)
}

/** `leaf1 (line 7)`: an entry that is spoken of beside another. */
export function named({ key, place }: PoolItem): string {
  return place === undefined ? key : `${key} (line ${place.line})`
}

/**
 * The items that come after another with the same mark, each with the first that has it.
 *
 * @param mark undefined for an item that is not compared
 */
export function repeated(
  items: readonly PoolItem[],
  mark: (item: PoolItem) => string | undefined,
): readonly (readonly [PoolItem, PoolItem])[] {
  const first = new Map<string, PoolItem>()
  return items.flatMap((item) => {
    const own = mark(item)
    if (own === undefined) return []
    const before = first.get(own)
    if (before !== undefined) return [[item, before] as const]
    first.set(own, item)
    return []
  })
}
