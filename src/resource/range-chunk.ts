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
  const rest = at < range.size ? range.part({ from: at, to: range.size - 1n }) : undefined
  return { entries, rest: rest !== undefined && rest !== key && has(rest) ? undefined : rest }
}

/** A free range, where entries of it are given out already. */
export type Carving = { readonly key: string; readonly keys: readonly string[] }

/**
 * Makes room in free ranges for entries that were given out of them, and that a file has not got:
 * the entry, and what is left of the range before and behind it.
 *
 * @param keys those of them that no free range has are passed over
 */
export function carveRanges(
  keys: readonly string[],
  { has, entries }: Surroundings,
): readonly Carving[] {
  if (keys.length === 0) return []
  const ranges = freeRanges(entries())
  let last = ranges[0]
  for (const key of keys) {
    // Most come one after another.
    const hasIt = (each: { readonly range: PoolRange }) => positionIn(each.range, key) !== undefined
    const found = last && hasIt(last) ? last : ranges.find(hasIt)
    if (found === undefined) continue
    last = found
    found.cuts.set(positionIn(found.range, key) ?? 0n, key)
  }
  return ranges
    .filter(({ cuts }) => cuts.size > 0)
    .map(({ key, range, cuts }) => ({ key, keys: carved(range, cuts, has) }))
}

type Cut = {
  readonly key: string
  readonly range: PoolRange
  /** Entries to be cut out, by their position. */
  readonly cuts: Map<bigint, string>
}

function freeRanges(entries: Iterable<Other>): readonly Cut[] {
  const ranges: Cut[] = []
  for (const { key, holder } of entries) {
    const reading = holder === null ? readRange(key) : undefined
    if (reading?.kind === 'range') ranges.push({ key, range: reading.range, cuts: new Map() })
  }
  return ranges
}

/** @returns undefined for what is no entry of the range, or a range itself */
function positionIn(range: PoolRange, key: string): bigint | undefined {
  const span = range.covers(key)
  return span?.from === span?.to ? span?.from : undefined
}

function carved(
  range: PoolRange,
  cuts: ReadonlyMap<bigint, string>,
  has: Surroundings['has'],
): readonly string[] {
  const keys: string[] = []
  const addPart = (from: bigint, to: bigint) => {
    const part = from <= to ? range.part({ from, to }) : undefined
    if (part !== undefined && !has(part)) keys.push(part)
  }
  let at = 0n
  for (const [position, key] of [...cuts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    addPart(at, position - 1n)
    keys.push(key)
    at = position + 1n
  }
  addPart(at, range.size - 1n)
  return keys
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
