/** How many entries are named before it is said how many more there are. */
const MOST = 20

/** `10.0.0.1/24 … 10.0.0.250/24`: entries that were written in a row. */
export function fromTo(entries: readonly string[]): string {
  const [first = '', last = ''] = [entries[0], entries.at(-1)]
  if (entries.length <= 3) return entries.join(', ')
  return `${first} … ${last}`
}

/** The first lines of many, and how many more there are. */
export function firstLines(lines: readonly string[], most = MOST): readonly string[] {
  if (lines.length <= most + 1) return lines
  return [...lines.slice(0, most), `... and ${lines.length - most} more; --json shows all`]
}
