/**
 * A floating-point number of a data file.
 *
 * YAML and Python tell 1 from 1.0, JavaScript does not: whole numbers are `number` (or `bigint`
 * beyond 2^53), everything else is a Float, so that 1.0 leaves as 1.0.
 */
export class Float {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }
}

/** A value of a data file. A `number` is always a safe integer. */
export type Value = null | boolean | number | bigint | Float | string | readonly Value[] | ValueMap

/** Keys are text, as JSON has them; the order is the file's. */
export type ValueMap = ReadonlyMap<string, Value>

export function isMap(value: Value | undefined): value is ValueMap {
  return value instanceof Map
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value)
}
