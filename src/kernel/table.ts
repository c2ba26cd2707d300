/** Rows as lines, lined up as `tableLines` does. */
export function table(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  return [...tableLines(heading, rows)]
}

/**
 * Lines up rows under a heading: two spaces between columns, numbers to the right. A column without
 * a name is not underlined.
 *
 * @param rows cells of one row for each column of the heading; gone through twice
 */
export function* tableLines(
  heading: readonly string[],
  rows: Iterable<readonly string[]>,
): Generator<string> {
  const widths = heading.map((each) => each.length)
  const numeric = heading.map(() => true)
  for (const row of rows) {
    for (const column of heading.keys()) {
      const cell = row[column] ?? ''
      widths[column] = Math.max(widths[column] ?? 0, cell.length)
      if (!/^[\d.]*$/.test(cell)) numeric[column] = false
    }
  }
  const line = (row: readonly string[]): string =>
    widths
      .map((width, column) => {
        const cell = row[column] ?? ''
        return numeric[column] ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd()
  yield line(heading)
  yield line(widths.map((width, column) => (heading[column] === '' ? '' : '─'.repeat(width))))
  for (const row of rows) yield line(row)
}
