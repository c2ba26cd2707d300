import { holderKey } from '../../../resource/holder.ts'
import type { PoolAnswer } from './pool-command.ts'
import { entries, holderIn, holderOf, type WrittenPool, withHolder } from './written-pool.ts'

/**
 * What a pool file does for its nodes, one act after the other: the sentences of provisioning.md,
 * Resources, as a program. It knows nothing of locks, batches, ledgers and processes.
 */

/** An entry that a node was told of. */
export type Told = {
  readonly holder: string
  /** When it was last told, ms since 1970. */
  readonly at: number
  readonly again: boolean
  readonly inUse: boolean
}

export type Pool = {
  readonly file: WrittenPool
  /** By entry. */
  readonly told: ReadonlyMap<string, Told>
}

/** All pools, by name. */
export type World = ReadonlyMap<string, Pool>

/** One thing that happens to the pools. */
export type Act =
  | { readonly do: 'allocate'; readonly pool: string; readonly holder: string }
  | {
      readonly do: 'free' | 'give back'
      readonly pool: string
      readonly holder: string
      readonly key: string
    }
  | { readonly do: 'confirm'; readonly node: string }
  | { readonly do: 'edit'; readonly pool: string; readonly file: WrittenPool }

/** A world that may be, and what whoever acted was answered in it. */
export type Outcome = { readonly world: World; readonly answer: PoolAnswer }

const HOUR_MS = 3_600_000
/** Not every answer is noted at once: the hour may last this much longer. */
const SLACK_MS = HOUR_MS / 6

/** @returns every way in which it may go */
export function perform(world: World, act: Act, now: number): readonly Outcome[] {
  return performAfter(looks, world, act, now)
}

/**
 * The same for a server that is killed in the act: what it told the file is there, what it noted for
 * itself is not, and it may have gone by what it noted before in vain.
 */
export function performInVain(world: World, act: Act, now: number): readonly Outcome[] {
  if (act.do === 'confirm' || act.do === 'edit') return []
  const blind = (pool: Pool) => [pool]
  return [looks, blind].flatMap((look) =>
    performAfter(look, world, act, now).map(({ world: next, answer }) => {
      const file = next.get(act.pool)?.file
      const before = world.get(act.pool)
      const there = file && before ? new Map(world).set(act.pool, { ...before, file }) : world
      return { world: there, answer }
    }),
  )
}

type Look = (pool: Pool, now: number) => readonly Pool[]

function performAfter(look: Look, world: World, act: Act, now: number): readonly Outcome[] {
  if (act.do === 'confirm') return [{ world: confirm(world, act.node), answer: {} }]
  const pool = world.get(act.pool)
  if (pool === undefined) return [{ world, answer: { code: 'ZTP_MISSING_POOL' } }]
  if (act.do === 'edit') {
    return [{ world: new Map(world).set(act.pool, { ...pool, file: act.file }), answer: {} }]
  }
  return look(pool, now).map((seen) => {
    const { answer, ...next } =
      act.do === 'allocate' ? allocate(seen, act.holder, now) : release(seen, act)
    return { world: new Map(world).set(act.pool, next), answer }
  })
}

/** A server reads what a person may have edited: whose will counts, and what is written back. */
function looks(pool: Pool, now: number): readonly Pool[] {
  let ways: readonly Pool[] = [pool]
  for (const [key, told] of pool.told) {
    const holder = holderIn(pool.file, key)
    if (holder && same(holder, told.holder)) continue
    const kept = holder ? [false] : isKept(told, now)
    // A line that is gone may come back; written() leaves alone what is not there.
    ways = ways.flatMap((way) =>
      kept.map((is) => (is ? written(way, key, told.holder) : forgotten(way, key))),
    )
  }
  return ways
}

/** Whether an entry that an edit set free is written back; both, where nobody promised either. */
function isKept({ at, inUse }: Told, now: number): readonly boolean[] {
  if (!inUse || now - at < HOUR_MS) return [true]
  return now - at > HOUR_MS + SLACK_MS ? [false] : [true, false]
}

type Answered = Pool & { readonly answer: PoolAnswer }

function allocate(pool: Pool, holder: string, now: number): Answered {
  const told = [...pool.told.keys()].find(
    (key) => isTold(pool, key, holder) && holderIn(pool.file, key) !== undefined,
  )
  const mine = entries(pool.file).find((line) => same(holderOf(line) ?? '', holder))?.key
  const held = told ?? mine
  if (held !== undefined) {
    const inUse = pool.told.get(held)?.inUse ?? false
    const next = toldOf(pool, held, { holder, at: now, again: true, inUse })
    return { ...next, answer: { key: held, fresh: false } }
  }
  const free = entries(pool.file).find((line) => holderOf(line) === null)?.key
  if (free === undefined) return { ...pool, answer: { code: 'ZTP_POOL_EXHAUSTED' } }
  const next = toldOf(written(pool, free, holder), free, {
    holder,
    at: now,
    again: false,
    inUse: false,
  })
  return { ...next, answer: { key: free, fresh: true } }
}

function release(
  pool: Pool,
  { do: how, holder, key }: { readonly do: string; readonly holder: string; readonly key: string },
): Answered {
  const current = holderIn(pool.file, key)
  if (how === 'free' && current === undefined && isTold(pool, key, holder)) {
    return { ...forgotten(pool, key), answer: {} }
  }
  const isHis = current && same(current, holder)
  if (!isHis || (how === 'give back' && pool.told.get(key)?.again !== false)) {
    return { ...pool, answer: {} }
  }
  return { ...forgotten(written(pool, key, null), key), answer: {} }
}

function confirm(world: World, node: string): World {
  const confirmed = (told: Told): Told =>
    same(told.holder.split('/')[0] ?? '', node) ? { ...told, inUse: true } : told
  return new Map(
    [...world].map(([name, pool]) => [
      name,
      { ...pool, told: new Map([...pool.told].map(([key, told]) => [key, confirmed(told)])) },
    ]),
  )
}

/** MAC addresses are one node in any spelling. */
function same(one: string, other: string): boolean {
  return holderKey(one) === holderKey(other)
}

function written(pool: Pool, key: string, holder: string | null): Pool {
  return { ...pool, file: withHolder(pool.file, key, holder) }
}

function isTold({ told }: Pool, key: string, holder: string): boolean {
  return same(told.get(key)?.holder ?? '', holder)
}

/** What it had where a line is missing now it has no more. */
function toldOf(pool: Pool, key: string, told: Told): Pool {
  const others = [...pool.told].filter(
    ([each]) => !isTold(pool, each, told.holder) || holderIn(pool.file, each) !== undefined,
  )
  return { ...pool, told: new Map(others).set(key, told) }
}

function forgotten(pool: Pool, key: string): Pool {
  const told = new Map(pool.told)
  told.delete(key)
  return { ...pool, told }
}
