import {
  emptyPoolLine,
  firstEntry,
  keyOfLine,
  newValue,
  readPoolLine,
  skipIgnored,
} from '../yaml/pool-lines.ts'
import { holderKey } from './holder.ts'
import { hashText, isFreeLine, type LinesIndex } from './lines-index.ts'
import type { TableEntry } from './pool-table.ts'

/** The lines of a pool as they were read, and what has changed since. An entry is an offset. */
export type LinesState = {
  readonly index: LinesIndex
  readonly changes: Map<number, string | null>
  /** Where a holder's entry is, if not where the index says; by what holders are compared by. */
  readonly preferred: Map<string, number>
  /** Hashes of holders that came to a second entry. */
  readonly twins: Set<number>
}

export function linesState(index: LinesIndex): LinesState {
  return { index, changes: new Map(), preferred: new Map(), twins: new Set() }
}

/** The entries from an offset on. */
function* offsetsFrom({ index }: LinesState, from: number): Iterable<number> {
  const { bytes, dead } = index
  const line = emptyPoolLine()
  for (let at = skipIgnored(bytes, from); at < bytes.length; ) {
    readPoolLine(bytes, at, line)
    if (!dead.has(at)) yield at
    at = skipIgnored(bytes, line.next)
  }
}

export function* entriesOf(state: LinesState): Iterable<TableEntry> {
  for (const offset of offsetsFrom(state, firstEntry(state.index.bytes))) {
    yield { key: keyAt(state, offset), holder: holderAt(state, offset) }
  }
}

/** The first free entry from an offset on; the end where there is none. */
export function freeFrom(state: LinesState, from: number): number {
  for (const offset of offsetsFrom(state, from)) {
    if (holderAt(state, offset) === null) return offset
  }
  return state.index.bytes.length
}

export function keyAt({ index }: LinesState, offset: number): string {
  const line = emptyPoolLine()
  readPoolLine(index.bytes, offset, line)
  return keyOfLine(index.bytes, line)
}

export function holderAt({ index, changes }: LinesState, offset: number): string | null {
  const holder = changes.get(offset)
  return holder === undefined ? index.holderAt(offset) : holder
}

/** @param wanted as holders are compared */
export function offsetHeldBy(state: LinesState, wanted: string): number | undefined {
  const { index, preferred, twins } = state
  const chosen = preferred.get(wanted)
  if (chosen !== undefined) return chosen
  const first = index.findHolder(wanted)
  if (first !== undefined && isHeldBy(state, first, wanted)) return first
  const hash = hashText(wanted)
  if (!index.twins.has(hash) && !twins.has(hash)) return undefined
  for (const offset of offsetsFrom(state, firstEntry(index.bytes))) {
    if (isHeldBy(state, offset, wanted)) return offset
  }
  return undefined
}

function isHeldBy(state: LinesState, offset: number, wanted: string): boolean {
  const holder = state.index.dead.has(offset) ? null : holderAt(state, offset)
  return holder !== null && holderKey(holder) === wanted
}

/** Of several entries that one holder has, makes this the one that is found. */
export function prefer(state: LinesState, offset: number): void {
  const holder = holderAt(state, offset)
  if (holder !== null) state.preferred.set(holderKey(holder), offset)
}

export function setHolder(state: LinesState, offset: number, holder: string | null): void {
  const { changes, preferred, twins } = state
  const before = holderAt(state, offset)
  if (before !== null && preferred.get(holderKey(before)) === offset) {
    preferred.delete(holderKey(before))
  }
  if (holder !== null) {
    const wanted = holderKey(holder)
    if (offsetHeldBy(state, wanted) !== undefined) twins.add(hashText(wanted))
    preferred.set(wanted, offset)
  }
  changes.set(offset, holder)
}

/** The bytes from one line to another, changes made. */
export function* contentOf(
  { index: { bytes }, changes }: LinesState,
  from = 0,
  to = bytes.length,
): Iterable<Uint8Array> {
  const line = emptyPoolLine()
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

/** The bytes with every entry free. */
export function* clearedContentOf({ index: { bytes } }: LinesState): Iterable<Uint8Array> {
  const free = Buffer.from('null')
  const line = emptyPoolLine()
  let done = 0
  for (let at = firstEntry(bytes); at < bytes.length; at = skipIgnored(bytes, line.next)) {
    readPoolLine(bytes, at, line)
    // What was freed or taken since it was read comes to the same.
    if (isFreeLine(bytes, line)) continue
    yield bytes.subarray(done, line.valueStart)
    yield free
    done = line.valueEnd
  }
  yield bytes.subarray(done)
}
