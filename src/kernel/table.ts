/**
 * Lines up rows under a heading: two spaces between columns, numbers to the right.
 *
 * @param rows cells of one row for each column of the heading
 */
export function table(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const all = [heading, ...rows]
  const widths = heading.map((_, column) =>
    all.reduce((widest, row) => Math.max(widest, row[column]?.length ?? 0), 0),
  )
  const numeric = heading.map((_, column) =>
    rows.every((row) => /^[\d.]*$/.test(row[column] ?? '')),
  )
  const line = (row: readonly string[]): string =>
    widths
      .map((width, column) => {
        const cell = row[column] ?? ''
        return numeric[column] ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd()
  return [line(heading), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)]
}
