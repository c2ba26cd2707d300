import { type EntryLine, entries, holderOf, type WrittenPool } from './written-pool.ts'

/** `leaf[1-3]`, as far as stories have ranges. */
const RANGE = /^([^[]*)\[(\d)-(\d)\]$/

/** @returns the entries that the key stands for; undefined for an ordinary one */
function entriesOf(key: string): readonly string[] | undefined {
  const [, stem, first, last] = RANGE.exec(key) ?? []
  if (stem === undefined) return undefined
  const count = Number(last) - Number(first) + 1
  return Array.from({ length: count }, (_, at) => `${stem}${Number(first) + at}`)
}

/** A part of a range, from one entry to another. */
function partOf(part: readonly string[]): string {
  const [first = '', last = ''] = [part[0], part.at(-1)]
  if (first === last) return first
  return `${first.slice(0, -1)}[${first.slice(-1)}-${last.slice(-1)}]`
}

/** The pool as it is once the first free entry is no range any more. */
export function withRangesAhead(pool: WrittenPool): WrittenPool {
  const first = entries(pool).find((line) => holderOf(line) === null)
  const keys = first && entriesOf(first.key)
  if (first === undefined || keys === undefined) return pool
  const there = new Set(entries(pool).map((line) => line.key))
  return withRangesAhead(
    inItsPlace(
      pool,
      first,
      keys.filter((key) => !there.has(key)),
    ),
  )
}

/** The pool with a line for an entry that a free range has; the same pool where none has it. */
export function carved(pool: WrittenPool, key: string): WrittenPool {
  const range = entries(pool).find(
    (line) => holderOf(line) === null && entriesOf(line.key)?.includes(key),
  )
  const keys = range && entriesOf(range.key)
  if (range === undefined || keys === undefined) return pool
  const at = keys.indexOf(key)
  const parts = [keys.slice(0, at), [key], keys.slice(at + 1)]
  const there = new Set(entries(pool).map((line) => line.key))
  const made = parts.filter((part) => part.length > 0).map(partOf)
  return inItsPlace(
    pool,
    range,
    made.filter((each) => !there.has(each)),
  )
}

/** A line for each key; what stood behind the range stands above them. */
function inItsPlace(pool: WrittenPool, range: EntryLine, keys: readonly string[]): WrittenPool {
  const comment = range.after.trim()
  const at = pool.lines.indexOf(range)
  const behind = range.before.slice(range.before.indexOf(':'))
  const made = keys.map((key) => ({ key, before: key + behind, value: range.value, after: '' }))
  const lines = [...(comment === '' || keys.length === 0 ? [] : [{ text: comment }]), ...made]
  return { ...pool, lines: pool.lines.toSpliced(at, 1, ...lines) }
}
