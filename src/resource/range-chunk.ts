import { readRange } from './pool-range.ts'
import type { PoolRange, Span } from './range-reading.ts'

/** An entry as far as it matters to a range. */
type Other = { readonly key: string; readonly holder: string | null }

/** The pool that a range stands in. */
export type Surroundings = {
  /** Whether a key stands there, written just so. */
  has(key: string): boolean
  entries(): Iterable<Other>
}

/** What becomes of a range when it is expanded. */
export type Chunk = {
  /** Its next entries that the pool does not have. */
  readonly entries: readonly string[]
  /** The range that is left; undefined when there is none, or the pool has that very key. */
  readonly rest: string | undefined
}

/**
 * How many entries are made at once: many enough that a fleet is not held up, few enough for a
 * person to read the file.
 */
const CHUNK = 4096

/**
 * The next entries of a range, in its order. Those that the pool has, as a line or in a range that
 * somebody holds whole, are left out.
 *
 * @param key the range as written, which is not in its own way
 */
export function nextEntries(
  key: string,
  range: PoolRange,
  { has, entries: others }: Surroundings,
  most = CHUNK,
): Chunk {
  const skipped = inOrder(spansOf(key, range, others()))
  const entries: string[] = []
  let [span] = skipped
  let next = 1
  let at = 0n
  while (at < range.size && entries.length < most) {
    if (span !== undefined && span.from <= at) {
      if (span.to >= at) at = span.to + 1n
      span = skipped[next]
      next += 1
      continue
    }
    const entry = range.at(at)
    if (!has(entry)) entries.push(entry)
    at += 1n
  }
  const rest = at < range.size ? range.rest(at) : undefined
  return { entries, rest: rest !== undefined && rest !== key && has(rest) ? undefined : rest }
}

/** What may be in the range without being written as the range writes it. */
const ODD = /-|^[^.]*:.*[A-F.]|(?:^|:)0|(?:[^:]*:){8}/

/** Where the range has entries of held ranges, and addresses that are written in another way. */
function spansOf(key: string, range: PoolRange, others: Iterable<Other>): readonly Span[] {
  const spans: Span[] = []
  for (const other of others) {
    if (!ODD.test(other.key) || other.key === key) continue
    const span = range.covers(other.key)
    if (span !== undefined && !isFreeRange(other)) spans.push(span)
  }
  return spans
}

function isFreeRange({ key, holder }: Other): boolean {
  return holder === null && readRange(key) !== undefined
}

function inOrder(spans: readonly Span[]): readonly Span[] {
  return [...spans].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))
}
