/** As many values as any of the databases takes in one statement, even with several for each. */
const SIZE = 1_000

/** A list in pieces. */
export function chunks<T>(list: readonly T[], size = SIZE): readonly (readonly T[])[] {
  const pieces = Math.ceil(list.length / size)
  return Array.from({ length: pieces }, (_, at) => list.slice(at * size, (at + 1) * size))
}
