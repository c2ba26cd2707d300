import { reasonOf, ZtpError } from '../kernel/errors.ts'
import {
  commentOfLine,
  emptyPoolLine,
  keyText,
  middleOfLine,
  readPoolLine,
} from '../yaml/pool-lines.ts'
import { LF } from '../yaml/syntax/chars.ts'
import { holderKey } from './holder.ts'
import { indexLines, type LinesIndex } from './lines-index.ts'
import {
  clearedContentOf,
  contentOf,
  entriesOf,
  freeFrom,
  holderAt,
  keyAt,
  type LinesState,
  linesState,
  offsetHeldBy,
  prefer,
  setHolder,
} from './lines-state.ts'
import { demandRange } from './pool-range.ts'
import type { PoolTable } from './pool-table.ts'
import { carveRanges, nextEntries } from './range-chunk.ts'
import type { PoolRange } from './range-reading.ts'

/** So many changes beside the text cost more than reading it anew. */
const WORN = 16_384

/**
 * A pool that is lines of `KEY: VALUE`, as bytes, with two tables of offsets: about 35 bytes for an
 * entry. What has changed since it was read is kept beside, by the line's offset.
 */
export function createLinesTable(read: LinesIndex, file: string): PoolTable {
  let state = linesState(read)
  /** Nothing before it is free. */
  let cursor = read.firstFree
  let changed = false

  const find = (key: string) => state.index.findKey(key)
  const has = (key: string) => find(key) !== undefined
  const around = { has, entries: () => entriesOf(state) }

  /** Makes lines of a free range. @returns false for an ordinary entry */
  function expand(offset: number): boolean {
    const range = rangeAt(state, offset, file)
    if (range === undefined) return false
    const { entries, rest } = nextEntries(keyAt(state, offset), range, around)
    replace(offset, rest === undefined ? entries : [...entries, rest])
    return true
  }

  function replace(offset: number, keys: readonly string[]): void {
    state = withLines(state, offset, keys)
    // Not where the line was: the changes before it may have moved it.
    cursor = state.index.firstFree
    changed = true
  }

  return {
    get size() {
      return state.index.size
    },
    get memory() {
      return state.index.memory
    },
    entries: around.entries,
    holderOf(key) {
      const offset = find(key)
      return offset === undefined ? undefined : holderAt(state, offset)
    },
    keyOf(holder) {
      const offset = offsetHeldBy(state, holderKey(holder))
      return offset === undefined ? undefined : keyAt(state, offset)
    },
    prefer(key) {
      const offset = find(key)
      if (offset !== undefined) prefer(state, offset)
    },
    firstFree() {
      for (;;) {
        cursor = freeFrom(state, cursor)
        if (cursor === state.index.bytes.length) return undefined
        if (!expand(cursor)) return keyAt(state, cursor)
      }
    },
    carve(keys) {
      const carvings = carveRanges(keys, around)
      for (const { key, keys: made } of carvings) {
        const offset = find(key)
        if (offset !== undefined) replace(offset, made)
      }
      return carvings.length === 0 ? [] : keys.filter(has)
    },
    set(key, holder) {
      const offset = find(key)
      if (offset === undefined) return
      setHolder(state, offset, holder)
      if (holder === null) cursor = Math.min(cursor, offset)
      changed = true
    },
    isChanged: () => changed,
    content: () => contentOf(state),
    clearedContent: () => clearedContentOf(state),
    saved() {
      changed = false
    },
    isWorn: () => state.changes.size > WORN,
  }
}

/** @throws ZtpError ZTP_INVALID_POOL, with the place, for a malformed range */
function rangeAt(state: LinesState, offset: number, file: string): PoolRange | undefined {
  try {
    return demandRange(keyAt(state, offset))
  } catch (thrown) {
    const place = `${file}:${lineNumber(state, offset)}:1`
    throw new ZtpError('ZTP_INVALID_POOL', `${place}: ${reasonOf(thrown)}`, thrown)
  }
}

function lineNumber({ index }: LinesState, offset: number): number {
  let count = 1
  for (const byte of index.bytes.subarray(0, offset)) if (byte === LF) count += 1
  return count
}

/** The pool with lines in the place of one, each with the value of that, which is free. */
function withLines(state: LinesState, offset: number, keys: readonly string[]): LinesState {
  const { bytes } = state.index
  const line = emptyPoolLine()
  readPoolLine(bytes, offset, line)
  const comment = commentOfLine(bytes, line)
  const middle = state.changes.has(offset) ? ': null' : middleOfLine(bytes, line)
  const lines = keys.map((each) => keyText(each) + middle)
  if (comment !== '') lines.unshift(comment)
  const newline = bytes.includes('\r\n') ? '\r\n' : '\n'
  const end = bytes[line.next - 1] === LF && lines.length > 0 ? newline : ''
  const before = contentOf(state, 0, line.start)
  const after = contentOf(state, line.next)
  const made = indexLines(
    Buffer.concat([...before, Buffer.from(lines.join(newline) + end), ...after]),
  )
  if (made === undefined) throw new Error('it would be no pool with other lines in it')
  return linesState(made)
}
