import type { AddressSpan } from './address-span.ts'

/** Positions of two that have addresses in common; `before` is the smaller one. */
export type Overlap = { readonly later: number; readonly before: number }

/**
 * Finds the spans that have an address in common with another: each is named once, with one of the
 * others.
 *
 * @returns by the position of the later one
 */
export function findOverlaps(spans: readonly AddressSpan[]): readonly Overlap[] {
  const found: Overlap[] = []
  let reach: number | undefined
  for (const at of inOrderOfAddress(spans)) {
    const far = reach === undefined ? undefined : spans[reach]
    const each = spans[at]
    if (each === undefined) continue
    if (reach !== undefined && far !== undefined && touches(far, each)) {
      found.push({ later: Math.max(reach, at), before: Math.min(reach, at) })
    }
    if (far === undefined || !reachesFurther(far, each)) reach = at
  }
  return found.sort((one, other) => one.later - other.later)
}

/** Positions, by the first address. Most pools are in that order already. */
function inOrderOfAddress(spans: readonly AddressSpan[]): Uint32Array {
  const order = Uint32Array.from(spans.keys())
  const compare = (one: number, other: number) =>
    compareSpans(spans[one], spans[other]) || one - other
  const isInOrder = order.every((at) => at === 0 || compare(at - 1, at) < 0)
  return isInOrder ? order : order.sort(compare)
}

function compareSpans(one: AddressSpan | undefined, other: AddressSpan | undefined): number {
  if (one === undefined || other === undefined) return 0
  if (one.family !== other.family) return one.family - other.family
  if (one.low === other.low) return 0
  return one.low < other.low ? -1 : 1
}

function touches(reach: AddressSpan, { family, low }: AddressSpan): boolean {
  return reach.family === family && low <= reach.high
}

function reachesFurther(reach: AddressSpan, { family, high }: AddressSpan): boolean {
  return reach.family === family && reach.high >= high
}
