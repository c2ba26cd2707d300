import { holderKey } from './holder.ts'
import type { PoolEntry } from './pool-file.ts'

/** A pool in memory: who holds what, and what is free, without a search. */
export type PoolIndex = {
  readonly size: number
  /** @returns null for a free entry, undefined for one that the pool does not have */
  holderOf(key: string): string | null | undefined
  /** The entry that somebody holds: the first in file order unless another was preferred. */
  keyOf(holder: string): string | undefined
  /** @returns undefined when none is left */
  firstFree(): string | undefined
  /** @throws never; a key that the pool does not have is left out */
  set(key: string, holder: string | null): void
  /** Of several entries that one holder has, the one to answer with. */
  prefer(key: string): void
}

/** @param entries each with a key of its own */
export function createPoolIndex(entries: readonly PoolEntry[]): PoolIndex {
  const keys = entries.map((entry) => entry.key)
  const holders = entries.map((entry) => entry.holder)
  const positions = new Map(keys.map((key, position) => [key, position]))
  const held = new Map<string, number>()
  for (const [position, holder] of holders.entries()) {
    const key = holder === null ? undefined : holderKey(holder)
    if (key !== undefined && !held.has(key)) held.set(key, position)
  }
  // Nothing before it is free.
  let cursor = 0

  function release(holder: string, position: number): void {
    if (held.get(holder) !== position) return
    held.delete(holder)
    const other = holders.findIndex((each) => each !== null && holderKey(each) === holder)
    if (other >= 0) held.set(holder, other)
  }

  function set(key: string, holder: string | null): void {
    const position = positions.get(key)
    if (position === undefined) return
    const before = holders[position] ?? null
    holders[position] = holder
    if (before !== null) release(holderKey(before), position)
    if (holder === null) cursor = Math.min(cursor, position)
    else held.set(holderKey(holder), position)
  }

  return {
    size: keys.length,
    holderOf(key) {
      const position = positions.get(key)
      return position === undefined ? undefined : holders[position]
    },
    keyOf(holder) {
      const position = held.get(holderKey(holder))
      return position === undefined ? undefined : keys[position]
    },
    firstFree() {
      while (cursor < keys.length && holders[cursor] !== null) cursor += 1
      return keys[cursor]
    },
    set,
    prefer(key) {
      const position = positions.get(key)
      const holder = position === undefined ? null : (holders[position] ?? null)
      if (position !== undefined && holder !== null) held.set(holderKey(holder), position)
    },
  }
}
