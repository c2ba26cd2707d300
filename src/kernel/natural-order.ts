const collator = new Intl.Collator('en', { numeric: true })

/** Orders names as people do: `leaf2` before `leaf10`. Of equal ones the plain text decides. */
export function naturally(one: string, other: string): number {
  return collator.compare(one, other) || (one < other ? -1 : Number(one > other))
}
