import { holderKey } from '../../../resource/holder.ts'
import type { PoolAnswer } from './pool-command.ts'
import { holderIn, type WrittenPool, withHolder } from './written-pool.ts'
import { carved } from './written-range.ts'

/** An entry that a node was told of. */
export type Told = {
  readonly holder: string
  /** When it was last told, ms since 1970. */
  readonly at: number
  readonly again: boolean
  readonly inUse: boolean
  /** Nobody told it: a person says that it has it. */
  readonly byHand?: boolean
}

export type Pool = {
  readonly file: WrittenPool
  /** By entry. */
  readonly told: ReadonlyMap<string, Told>
}

/** All pools, by name. */
export type World = ReadonlyMap<string, Pool>

/** What becomes of a pool, and what whoever acted is answered. */
export type Answered = Pool & { readonly answer: PoolAnswer }

/** How a store of pools differs from others. */
export type Nature = {
  /** Whether what an edit sets free is written back while it was just given out. */
  readonly writesBack: boolean
  /** Whether all of a change is there or nothing, whenever a server dies. */
  readonly isAtomic: boolean
  /** Whether the first free entry is given, as they are written. */
  readonly givesFirst: boolean
}

const HOUR_MS = 3_600_000
/** Not every answer is noted at once: the hour may last this much longer. */
const SLACK_MS = HOUR_MS / 6

/**
 * A server reads what a person may have edited: whose will counts, and what is written back.
 *
 * @returns every way in which it may go
 */
export function looks(pool: Pool, now: number): readonly Pool[] {
  let ways: readonly Pool[] = [pool]
  for (const [key, told] of pool.told) {
    const holder = holderIn(pool.file, key)
    if (holder && same(holder, told.holder)) continue
    const kept = holder ? [false] : isKept(told, now)
    // A line that is gone may come back, out of a range too; written() leaves alone what is not there.
    const base = (file: WrittenPool) => (holder === undefined ? carved(file, key) : file)
    const back = (way: Pool) => written({ ...way, file: base(way.file) }, key, told.holder)
    ways = ways.flatMap((way) => kept.map((is) => (is ? back(way) : forgotten(way, key))))
  }
  return ways
}

/** Whether an entry that an edit set free is written back; both, where nobody promised either. */
function isKept({ at, inUse }: Told, now: number): readonly boolean[] {
  if (!inUse || now - at < HOUR_MS) return [true]
  return now - at > HOUR_MS + SLACK_MS ? [false] : [true, false]
}

/** MAC addresses are one node in any spelling. */
export function same(one: string, other: string): boolean {
  return holderKey(one) === holderKey(other)
}

export function isTold({ told }: Pool, key: string, holder: string): boolean {
  return same(told.get(key)?.holder ?? '', holder)
}

export function written(pool: Pool, key: string, holder: string): Pool {
  return { ...pool, file: withHolder(pool.file, key, holder) }
}

/** An entry is set free, and nobody knows of it any more. */
export function freed(pool: Pool, key: string): Pool {
  return forgotten({ ...pool, file: withHolder(pool.file, key, null) }, key)
}

export function noted(pool: Pool, key: string, told: Told): Pool {
  return { ...pool, told: new Map(pool.told).set(key, told) }
}

export function forgotten(pool: Pool, key: string): Pool {
  const told = new Map(pool.told)
  told.delete(key)
  return { ...pool, told }
}
