import { readRange } from '../../../resource/pool-range.ts'
import type { Finding } from '../finding.ts'
import { type AddressSpan, blockOf } from './address-span.ts'
import { findOverlaps } from './overlaps.ts'
import { errorOn, named, type PoolItem, warningOn } from './pool-item.ts'

/** An entry that stands for addresses. */
export type AddressItem = PoolItem & { readonly span: AddressSpan }

/** Two entries that have addresses in common; `before` comes first in the pool. */
export type Overlapping = { readonly later: AddressItem; readonly before: AddressItem }

/** Addresses that are there twice, or that no host can have. */
export function checkAddresses(items: readonly PoolItem[]): readonly Finding[] {
  const addresses = addressesOf(items)
  return [
    ...overlapping(addresses).flatMap(overlapFinding),
    ...nameRanges(items),
    ...(areBlocks(addresses) ? [] : addresses.flatMap(unfitForHosts)),
  ]
}

/** The entries that stand for addresses: for whole subnets, if it is a pool of such. */
export function addressesOf(items: readonly PoolItem[]): readonly AddressItem[] {
  const addresses = items.filter(isAddress)
  if (!areBlocks(addresses)) return addresses
  return addresses.map((item) => ({ ...item, span: blockOf(item.span) }))
}

function isAddress(item: PoolItem): item is AddressItem {
  return item.span !== undefined
}

/** Whether each entry is a network with its prefix length: what is given out are subnets. */
function areBlocks(items: readonly AddressItem[]): boolean {
  return items.every(({ span }) => {
    const { low, high, prefix } = span
    if (prefix === undefined) return false
    const block = blockOf(span)
    return low === block.low && (low === high || high === block.high)
  })
}

/** Those of a pool that have addresses in common with others. */
export function overlapping(items: readonly AddressItem[]): readonly Overlapping[] {
  const found = findOverlaps(items.map((each) => each.span))
  return found.flatMap(({ later: one, before: other }) => {
    const [later, before] = [items[one], items[other]]
    return later === undefined || before === undefined ? [] : [{ later, before }]
  })
}

function overlapFinding({ later, before }: Overlapping): readonly Finding[] {
  // The same text twice is told of as such.
  if (later.key === before.key) return []
  if (!isClash({ later, before })) {
    const message = `${later.key} overlaps ${named(before)}: what both have is given out once`
    return [warningOn(later, 'ZTP_OVERLAPPING_RANGE', message)]
  }
  const isSame = later.span.low === before.span.low && later.span.high === before.span.high
  const how = isSame ? 'is the same address as' : 'shares addresses with'
  const message = `${later.key} ${how} ${named(before)}, and two nodes may get it: remove one of the two`
  return [errorOn(later, 'ZTP_DUPLICATE_ADDRESS', message)]
}

/** Whether two nodes may get one address: ranges give out what is written in the same way once. */
export function isClash({ later, before }: Overlapping): boolean {
  const isRange = later.size > 1 || before.size > 1
  return !isRange || later.span.prefix !== before.span.prefix
}

/** Ranges of names that have entries of others. */
function nameRanges(items: readonly PoolItem[]): readonly Finding[] {
  const ranges = items.flatMap((item) => {
    if (item.size === 1 || item.span !== undefined) return []
    const reading = readRange(item.key)
    return reading?.kind === 'range' ? [{ item, range: reading.range }] : []
  })
  return ranges.flatMap(({ item, range }) => {
    const other = items.find((each) => each !== item && range.covers(each.key) !== undefined)
    if (other === undefined) return []
    const message = `${item.key} overlaps ${named(other)}: what both have is given out once`
    return [warningOn(item, 'ZTP_OVERLAPPING_RANGE', message)]
  })
}

/** The first and the last address of an IPv4 subnet, which no host can have. */
function unfitForHosts(item: AddressItem): readonly Finding[] {
  const { span } = item
  const { family, low, high, prefix = 32 } = span
  if (family !== 4 || prefix > 30) return []
  const block = blockOf(span)
  const unfit = [
    ...(low <= block.low && block.low <= high ? ['network'] : []),
    ...(low <= block.high && block.high <= high ? ['broadcast'] : []),
  ]
  if (unfit.length === 0) return []
  const what = `the ${unfit.join(' and the ')} address of its /${prefix}`
  const message = `${item.key} ${item.size === 1 ? 'is' : 'includes'} ${what}: no switch can have it; take it out`
  return [warningOn(item, 'ZTP_UNFIT_ADDRESS', message)]
}
