import { ZtpError } from '../kernel/errors.ts'
import {
  commentOfLine,
  emptyPoolLine,
  firstEntry,
  keyOfLine,
  keyText,
  middleOfLine,
  newValue,
  type PoolLine,
  readPoolLine,
  skipIgnored,
} from '../yaml/pool-lines.ts'
import { LF } from '../yaml/syntax/chars.ts'
import { holderKey } from './holder.ts'
import { hashText, indexLines, isFreeLine, type LinesIndex } from './lines-index.ts'
import { demandRange } from './pool-range.ts'
import type { PoolTable, TableEntry } from './pool-table.ts'
import { carveRanges, nextEntries } from './range-chunk.ts'
import type { PoolRange } from './range-reading.ts'

/** So many changes beside the text cost more than reading it anew. */
const WORN = 16_384

/**
 * A pool that is lines of `KEY: VALUE`, as bytes, with two tables of offsets: about 35 bytes for an
 * entry. What has changed since it was read is kept beside, by the line's offset.
 */
export function createLinesTable(read: LinesIndex, file: string): PoolTable {
  let index = read
  let cursor = read.firstFree
  let changed = false
  const changes = new Map<number, string | null>()
  /** Where a holder's entry is, if not where the index says. */
  const preferred = new Map<string, number>()
  const twins = new Set<number>()
  const line = emptyPoolLine()

  function* offsets(from: number): Iterable<number> {
    const { bytes, dead } = index
    const here = emptyPoolLine()
    for (let at = skipIgnored(bytes, from); at < bytes.length; ) {
      readPoolLine(bytes, at, here)
      if (!dead.has(at)) yield at
      at = skipIgnored(bytes, here.next)
    }
  }

  function keyAt(offset: number): string {
    readPoolLine(index.bytes, offset, line)
    return keyOfLine(index.bytes, line)
  }

  function holderAt(offset: number): string | null {
    const holder = changes.get(offset)
    return holder === undefined ? index.holderAt(offset) : holder
  }

  function isHeldBy(offset: number, wanted: string): boolean {
    const holder = index.dead.has(offset) ? null : holderAt(offset)
    return holder !== null && holderKey(holder) === wanted
  }

  /** @param wanted as holders are compared */
  function offsetOf(wanted: string): number | undefined {
    const chosen = preferred.get(wanted)
    if (chosen !== undefined) return chosen
    const first = index.findHolder(wanted)
    if (first !== undefined && isHeldBy(first, wanted)) return first
    const hash = hashText(wanted)
    if (!index.twins.has(hash) && !twins.has(hash)) return undefined
    for (const offset of offsets(firstEntry(index.bytes))) {
      if (isHeldBy(offset, wanted)) return offset
    }
    return undefined
  }

  function set(key: string, holder: string | null): void {
    const offset = index.findKey(key)
    if (offset === undefined) return
    const before = holderAt(offset)
    if (before !== null && preferred.get(holderKey(before)) === offset) {
      preferred.delete(holderKey(before))
    }
    if (holder === null) cursor = Math.min(cursor, offset)
    else take(offset, holderKey(holder))
    changes.set(offset, holder)
    changed = true
  }

  function take(offset: number, holder: string): void {
    if (offsetOf(holder) !== undefined) twins.add(hashText(holder))
    preferred.set(holder, offset)
  }

  function firstFree(): string | undefined {
    for (;;) {
      cursor = freeFrom(cursor)
      if (cursor === index.bytes.length) return undefined
      const key = keyAt(cursor)
      const range = rangeAt(cursor, key)
      if (range === undefined) return key
      expand(cursor, key, range)
    }
  }

  function freeFrom(start: number): number {
    for (const offset of offsets(start)) if (holderAt(offset) === null) return offset
    return index.bytes.length
  }

  function rangeAt(offset: number, key: string): PoolRange | undefined {
    try {
      return demandRange(key)
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown)
      throw new ZtpError('ZTP_INVALID_POOL', `${file}:${lineNumber(offset)}:1: ${reason}`, thrown)
    }
  }

  function lineNumber(offset: number): number {
    let count = 1
    for (const byte of index.bytes.subarray(0, offset)) if (byte === LF) count += 1
    return count
  }

  /** Makes lines of a range: the next entries of it, and what is left of it behind them. */
  function expand(offset: number, key: string, range: PoolRange): void {
    const { entries: made, rest } = nextEntries(key, range, { has, entries })
    replaceLine(offset, rest === undefined ? made : [...made, rest])
  }

  function carve(keys: readonly string[]): readonly string[] {
    const carvings = carveRanges(keys, { has, entries })
    for (const { key, keys: made } of carvings) {
      const offset = index.findKey(key)
      if (offset !== undefined) replaceLine(offset, made)
    }
    return carvings.length === 0 ? [] : keys.filter(has)
  }

  function has(key: string): boolean {
    return index.findKey(key) !== undefined
  }

  /** Puts lines in the place of one, each with the value of that, which is free. */
  function replaceLine(offset: number, keys: readonly string[]): void {
    readPoolLine(index.bytes, offset, line)
    const newline = index.bytes.includes('\r\n') ? '\r\n' : '\n'
    const isOpen = index.bytes[line.next - 1] !== LF
    const comment = commentOfLine(index.bytes, line)
    const middle = changes.has(offset) ? ': null' : middleOfLine(index.bytes, line)
    const lines = keys.map((each) => keyText(each) + middle)
    if (comment !== '') lines.unshift(comment)
    const { start, next } = line
    const end = isOpen || lines.length === 0 ? '' : newline
    const text = Buffer.from(lines.join(newline) + end)
    const bytes = Buffer.concat([...content(0, start), text, ...content(next, index.bytes.length)])
    const expanded = indexLines(bytes)
    if (expanded === undefined) throw new Error(`${file} is no pool with other lines in it`)
    index = expanded
    // Not where the range was: the changes before it may have moved it.
    cursor = expanded.firstFree
    changed = true
    changes.clear()
    preferred.clear()
  }

  function* entries(): Iterable<TableEntry> {
    for (const offset of offsets(firstEntry(index.bytes))) {
      yield { key: keyAt(offset), holder: holderAt(offset) }
    }
  }

  /** The bytes from one line to another, changes made. */
  function* content(from: number, to: number): Iterable<Uint8Array> {
    const { bytes } = index
    let done = from
    for (const [offset, holder] of [...changes].sort(([a], [b]) => a - b)) {
      if (offset < from || offset >= to) continue
      readPoolLine(bytes, offset, line)
      const { start, end, text } = newValue(line, holder)
      yield bytes.subarray(done, start)
      yield Buffer.from(text)
      done = end
    }
    yield bytes.subarray(done, to)
  }

  return {
    get size() {
      return index.size
    },
    get memory() {
      return index.memory
    },
    entries,
    holderOf(key) {
      const offset = index.findKey(key)
      return offset === undefined ? undefined : holderAt(offset)
    },
    keyOf(holder) {
      const offset = offsetOf(holderKey(holder))
      return offset === undefined ? undefined : keyAt(offset)
    },
    prefer(key) {
      const offset = index.findKey(key)
      const holder = offset === undefined ? null : holderAt(offset)
      if (offset !== undefined && holder !== null) preferred.set(holderKey(holder), offset)
    },
    firstFree,
    carve,
    set,
    isChanged: () => changed,
    content: () => content(0, index.bytes.length),
    clearedContent: () => clearedContent(index.bytes),
    saved() {
      changed = false
    },
    isWorn: () => changes.size > WORN,
  }
}

function* clearedContent(bytes: Buffer): Iterable<Uint8Array> {
  const free = Buffer.from('null')
  const line: PoolLine = emptyPoolLine()
  let done = 0
  for (let at = firstEntry(bytes); at < bytes.length; at = skipIgnored(bytes, line.next)) {
    readPoolLine(bytes, at, line)
    if (isFreeLine(bytes, line)) continue
    yield bytes.subarray(done, line.valueStart)
    yield free
    done = line.valueEnd
  }
  yield bytes.subarray(done)
}
