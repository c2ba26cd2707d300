/**
 * The candidate that a misspelt word was probably meant to be.
 *
 * @returns undefined when none is near: further than a third of its length, or two edits
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase()
  let best: string | undefined
  let least = Math.max(2, Math.floor(wanted.length / 3)) + 1
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate.toLowerCase())
    if (distance < least && distance < candidate.length) [best, least] = [candidate, distance]
  }
  return best
}

/** `; did you mean WORD?`, or nothing when no candidate is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const meant = nearest(word, candidates)
  return meant === undefined ? '' : `; did you mean ${meant}?`
}

/** How many characters must be put in, taken out or changed. Longer words than any key: cut off. */
function editDistance(from: string, to: string): number {
  const source = from.slice(0, 64)
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [index, character] of [...source].entries()) {
    const next = [index + 1]
    for (let at = 1; at <= to.length; at += 1) {
      const change = (row[at - 1] ?? 0) + (to[at - 1] === character ? 0 : 1)
      next.push(Math.min(change, (row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
