import { ZtpError } from '../kernel/errors.ts'
import { isList, isMap, type Value } from '../kernel/value.ts'

/** Characters, about, that the attributes of one answer may come to. */
const MAX_ATTRIBUTE_SIZE = 8 * 1024 * 1024

/** Maps, lists and references inside each other. */
const MAX_DEPTH = 200

/** Keeps count of what has been built, so that shared parts are weighed once and counted each time. */
export type Budget = {
  /** The size of a value, about, in characters of JSON. */
  sizeOf(value: Value): number
  /** @throws ZtpError ZTP_INVALID_DEFINITION when it is over the limit */
  check(size: number): void
}

/**
 * A few references to references, each used twice, would come to gigabytes once written: what is
 * built stays small in memory, being shared, but its size is known and bounded.
 */
export function createBudget(limit = MAX_ATTRIBUTE_SIZE): Budget {
  const sizes = new WeakMap<object, number>()

  function sizeOf(value: Value): number {
    if (typeof value === 'string') return value.length + 4
    if (!isList(value) && !isMap(value)) return 8
    const known = sizes.get(value)
    if (known !== undefined) return known
    const size = isList(value) ? sizeOfList(value) : sizeOfMap(value)
    sizes.set(value, size)
    return size
  }

  function sizeOfList(list: readonly Value[]): number {
    return list.reduce<number>((sum, each) => sum + sizeOf(each), 4)
  }

  function sizeOfMap(map: ReadonlyMap<string, Value>): number {
    let size = 4
    for (const [key, value] of map) size += key.length + 4 + sizeOf(value)
    return size
  }

  function check(size: number): void {
    if (size <= limit) return
    throw new ZtpError(
      'ZTP_INVALID_DEFINITION',
      `attributes, with their references filled in, come to more than ${limit} characters`,
    )
  }

  return { sizeOf, check }
}

/** @throws ZtpError ZTP_INVALID_DEFINITION */
export function checkDepth(depth: number): void {
  if (depth <= MAX_DEPTH) return
  throw new ZtpError(
    'ZTP_INVALID_DEFINITION',
    `attributes are nested, or refer to each other, more than ${MAX_DEPTH} levels deep`,
  )
}
