import {
  emptyPoolLine,
  isQuotedValue,
  type PoolLine,
  readPoolLine,
  readPoolLines,
  valueOfLine,
} from '../yaml/pool-lines.ts'
import { isPlainText } from '../yaml/pool-text.ts'
import { isNull } from '../yaml/pool-words.ts'
import { isFreeText } from './free.ts'
import { holderKey } from './holder.ts'
import { createOffsetTable, hashBytes, MOST_BYTES, type OffsetTable } from './offset-table.ts'

/** Where things stand in the bytes of a pool that is lines of `KEY: VALUE`. An entry is an offset. */
export type LinesIndex = {
  readonly bytes: Buffer
  /** Entries; those that a later line with the same key replaces are not counted. */
  readonly size: number
  /** At or before the first free entry. */
  readonly firstFree: number
  /** Lines that a later line with the same key replaces. */
  readonly dead: ReadonlySet<number>
  /** Hashes of holders that have more than one line. */
  readonly twins: ReadonlySet<number>
  findKey(key: string): number | undefined
  /** A line with a holder, by what holders are compared by: the first if there are several. */
  findHolder(holder: string): number | undefined
  /** @returns null for a free entry */
  holderAt(offset: number): string | null
  readonly memory: IndexMemory
}

/** What an index uses, for the next one to use again. */
export type IndexMemory = { readonly keys?: Int32Array; readonly holders?: Int32Array }

/**
 * @param bytes they must not change
 * @returns undefined for a pool that is more than lines of `KEY: VALUE`, or larger than MOST_BYTES
 */
export function indexLines(bytes: Buffer, spare: IndexMemory = {}): LinesIndex | undefined {
  if (bytes.length > MOST_BYTES || !isPlainText(bytes)) return undefined
  let lines = 0
  let held = 0
  const isSimple = readPoolLines(bytes, (line) => {
    lines += 1
    if (!isFreeLine(bytes, line)) held += 1
  })
  if (!isSimple) return undefined
  const keys = createOffsetTable(lines, spare.keys)
  const holders = createOffsetTable(held, spare.holders)
  return { ...fill(bytes, keys, holders), memory: { keys: keys.slots, holders: holders.slots } }
}

function fill(bytes: Buffer, keys: OffsetTable, holders: OffsetTable): Omit<LinesIndex, 'memory'> {
  const dead = new Set<number>()
  const twins = new Set<number>()
  const other = emptyPoolLine()
  let size = 0
  let firstFree = bytes.length

  /** The line that is being added, which the two below compare others with. */
  let added = emptyPoolLine()

  function hasSameKey(offset: number): boolean {
    readPoolLine(bytes, offset, other)
    return bytes.compare(bytes, other.keyStart, other.keyEnd, added.keyStart, added.keyEnd) === 0
  }

  function hasSameHolder(offset: number): boolean {
    return holderKey(holderAt(offset) ?? '') === holderKey(valueOfLine(bytes, added) ?? '')
  }

  function holderAt(offset: number): string | null {
    readPoolLine(bytes, offset, other)
    return isFreeLine(bytes, other) ? null : valueOfLine(bytes, other)
  }

  function findHolder(holder: string): number | undefined {
    return holders.find(hashText(holder), (offset) => holderKey(holderAt(offset) ?? '') === holder)
  }

  function addHolder(line: PoolLine): void {
    const hash = holderHash(bytes, line)
    if (holders.add(hash, line.start, hasSameHolder) !== undefined) twins.add(hash)
  }

  readPoolLines(bytes, (line) => {
    added = line
    const hash = hashBytes(bytes, line.keyStart, line.keyEnd)
    const before = keys.put(hash, line.start, hasSameKey)
    if (before === undefined) size += 1
    else dead.add(before)
    if (!isFreeLine(bytes, line)) addHolder(line)
    else if (firstFree > line.start) firstFree = line.start
  })
  return {
    bytes,
    size,
    firstFree,
    dead,
    twins,
    holderAt,
    findHolder,
    findKey(key) {
      const wanted = Buffer.from(key)
      return keys.find(hashBytes(wanted, 0, wanted.length), (offset) => {
        readPoolLine(bytes, offset, other)
        return wanted.compare(bytes, other.keyStart, other.keyEnd) === 0
      })
    },
  }
}

const ZERO = 48
/** The longest of the words that mean free: null, None. Zeros may be any number. */
const LONGEST_FREE = 4

/** Whether the line's entry is free. */
export function isFreeLine(bytes: Buffer, line: PoolLine): boolean {
  const { valueStart, valueEnd } = line
  if (isNull(bytes, valueStart, valueEnd)) return true
  const isQuoted = isQuotedValue(bytes, line)
  const isLong = valueEnd - valueStart > LONGEST_FREE && !isQuoted
  if (isLong && (bytes[valueStart] !== ZERO || bytes[valueEnd - 1] !== ZERO)) return false
  return isFreeText(valueOfLine(bytes, line), isQuoted)
}

/** The hash of what holders are compared by. */
export function hashText(text: string): number {
  const bytes = Buffer.from(text)
  return hashBytes(bytes, 0, bytes.length)
}

function holderHash(bytes: Buffer, line: PoolLine): number {
  const { valueStart, valueEnd } = line
  const isAsWritten = !isQuotedValue(bytes, line) && !mayBeMac(bytes, valueStart, valueEnd)
  if (isAsWritten) return hashBytes(bytes, valueStart, valueEnd)
  return hashText(holderKey(valueOfLine(bytes, line) ?? ''))
}

const SLASH = 47
const MAC_LENGTH = 12
const MAC_LENGTHS_WITH_SEPARATORS = [14, 17]

/** Whether the node may be a MAC that is not written as MACs are compared. */
function mayBeMac(bytes: Buffer, start: number, end: number): boolean {
  let at = start
  let capitals = 0
  for (; at < end && bytes[at] !== SLASH; at += 1) if (isCapital(bytes[at] ?? 0)) capitals += 1
  const length = at - start
  return (length === MAC_LENGTH && capitals > 0) || MAC_LENGTHS_WITH_SEPARATORS.includes(length)
}

function isCapital(code: number): boolean {
  return code >= 65 && code <= 90
}
