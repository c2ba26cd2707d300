/** `; did you mean 'x'?` for a word close to one of those known, or nothing. */
export function suggestion(word: string, known: readonly string[]): string {
  const [best] = known
    .map((each) => ({ each, far: distance(word.toLowerCase(), each) }))
    .filter(({ far }) => far <= 2)
    .sort((one, other) => one.far - other.far)
  return best === undefined ? '' : `; did you mean '${best.each}'?`
}

/** How many letters must change, come or go (Levenshtein); 3 for whatever is farther. */
function distance(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 2) return 3
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1]
    for (const [at, char] of [...other].entries()) {
      const change = (row[at] ?? 0) + (char === letter ? 0 : 1)
      next.push(Math.min(change, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1))
    }
    row = next
  }
  return Math.min(3, row.at(-1) ?? 3)
}
