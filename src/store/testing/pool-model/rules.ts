import { addEntry, freeKey, freeNode, isRefused, reassign } from './operator-rules.ts'
import type { PoolAnswer } from './pool-command.ts'
import type { RowChange } from './row.ts'
import {
  type Answered,
  forgotten,
  freed,
  isTold,
  looks,
  type Nature,
  noted,
  type Pool,
  same,
  type World,
  written,
} from './world.ts'
import {
  entries,
  holderIn,
  holderOf,
  type WrittenPool,
  withEntryAtEnd,
  withHolder,
  withoutEntry,
} from './written-pool.ts'
import { withRangesAhead } from './written-range.ts'

// What a pool file does for its nodes and its operators, one act after the other: the sentences of
// provisioning.md, Resources, as a program. It knows nothing of locks, batches, ledgers, processes.

/** One thing that happens to the pools. */
export type Act = ActOnPool | ActOnAll

type ActOnAll =
  | { readonly do: 'confirm'; readonly node: string }
  | { readonly do: 'refuse to reassign'; readonly from: string; readonly to: string }

type ActOnPool = { readonly pool: string } & (
  | { readonly do: 'allocate'; readonly holder: string }
  | { readonly do: 'free' | 'give back'; readonly holder: string; readonly key: string }
  | { readonly do: 'free key'; readonly key: string }
  | { readonly do: 'free node'; readonly node: string }
  | { readonly do: 'reassign'; readonly from: string; readonly to: string }
  | { readonly do: 'add'; readonly key: string; readonly holder: string | null }
  | { readonly do: 'edit'; readonly file: WrittenPool }
  | { readonly do: 'patch'; readonly changes: readonly RowChange[] }
)

/** A world that may be, and what whoever acted was answered in it. */
export type Outcome = { readonly world: World; readonly answer: PoolAnswer }

export type RuleCircumstances = {
  /** The time of all that happens, ms since 1970. */
  readonly now: number
  readonly nature: Nature
}

/** @returns every way in which it may go */
export function perform(
  world: World,
  act: Act,
  circumstances: RuleCircumstances,
): readonly Outcome[] {
  const look = circumstances.nature.writesBack ? looks : believes
  if (isOnAll(act)) return performOnAll(world, act, look, circumstances)
  return performAfter(look, world, act, circumstances)
}

/**
 * The same for a server that is killed in the act: what it told the file is there, what it noted for
 * itself is not, and it may have gone by what it noted before in vain.
 */
export function performInVain(
  world: World,
  act: Act,
  circumstances: RuleCircumstances,
): readonly Outcome[] {
  if (isOnAll(act) || circumstances.nature.isAtomic) return []
  return [looks, believes].flatMap((look) =>
    performAfter(look, world, act, circumstances).map(({ world: next, answer }) => {
      const file = next.get(act.pool)?.file
      const before = world.get(act.pool)
      const there = file && before ? new Map(world).set(act.pool, { ...before, file }) : world
      return { world: there, answer }
    }),
  )
}

function isOnAll(act: Act): act is ActOnAll {
  return act.do === 'confirm' || act.do === 'refuse to reassign'
}

function performOnAll(
  world: World,
  act: ActOnAll,
  look: Look,
  { now }: RuleCircumstances,
): readonly Outcome[] {
  if (act.do === 'confirm') return [{ world: confirm(world, act.node), answer: {} }]
  const refusing = [...world.values()].some((pool) =>
    look(pool, now).some((seen) => isRefused(seen, act)),
  )
  return refusing ? [{ world, answer: { code: 'ZTP_DUPLICATE_HOLDER' } }] : []
}

type Look = (pool: Pool, now: number) => readonly Pool[]

/** Whatever stands there is so. */
function believes(pool: Pool): readonly Pool[] {
  return [pool]
}

function performAfter(
  look: Look,
  world: World,
  act: ActOnPool,
  circumstances: RuleCircumstances,
): readonly Outcome[] {
  const pool = world.get(act.pool)
  if (pool === undefined) return [{ world, answer: { code: 'ZTP_MISSING_POOL' } }]
  const isByHand = act.do === 'edit' || act.do === 'patch'
  const ways = isByHand ? [pool] : look(pool, circumstances.now)
  return ways.flatMap((seen) =>
    served(seen, act, circumstances).map(({ answer, ...next }) => ({
      world: new Map(world).set(act.pool, next),
      answer,
    })),
  )
}

function served(
  pool: Pool,
  act: ActOnPool,
  { now, nature }: RuleCircumstances,
): readonly Answered[] {
  switch (act.do) {
    case 'allocate':
      return allocate(pool, act.holder, now, nature)
    case 'free':
    case 'give back':
      return [release(pool, act)]
    case 'free key':
      return [freeKey(pool, act)]
    case 'free node':
      return [freeNode(pool, act)]
    case 'reassign':
      return isRefused(pool, act) ? [] : [reassign(pool, act, now)]
    case 'add':
      return [addEntry(pool, act, now)]
    case 'edit':
      return [{ ...pool, file: act.file, answer: {} }]
    case 'patch':
      return [{ ...pool, file: patched(pool.file, act.changes), answer: {} }]
  }
}

function patched(file: WrittenPool, changes: readonly RowChange[]): WrittenPool {
  return changes.reduce((sum, [key, holder]) => {
    if (holder === undefined) return withoutEntry(sum, key)
    const isThere = holderIn(sum, key) !== undefined
    return isThere ? withHolder(sum, key, holder) : withEntryAtEnd(sum, key, holder)
  }, file)
}

function allocate(
  pool: Pool,
  holder: string,
  now: number,
  { givesFirst }: Nature,
): readonly Answered[] {
  const mine = entries(pool.file).filter((line) => same(holderOf(line) ?? '', holder))
  const told = mine.filter(({ key }) => isTold(pool, key, holder) && !pool.told.get(key)?.byHand)
  // Of several, the one that it was told of; which of others, nobody promised.
  const candidates = told.length > 0 ? told : mine
  if (candidates.length > 0) {
    return candidates.flatMap(({ key }) => {
      const inUse = isTold(pool, key, holder) && (pool.told.get(key)?.inUse ?? false)
      const next = noted(pool, key, { holder, at: now, again: true, inUse })
      // A server that told it lately notes nothing.
      return [next, withoutMissing(next, holder)].map((each) => ({
        ...each,
        answer: { key, fresh: false },
      }))
    })
  }
  const open = { ...pool, file: givesFirst ? withRangesAhead(pool.file) : pool.file }
  const free = entries(open.file).filter((line) => holderOf(line) === null)
  if (free.length === 0) return [{ ...open, answer: { code: 'ZTP_POOL_EXHAUSTED' } }]
  return free.slice(0, givesFirst ? 1 : undefined).map(({ key }) => {
    const first = { holder, at: now, again: false, inUse: false }
    const taken = noted(written(open, key, holder), key, first)
    return { ...withoutMissing(taken, holder), answer: { key, fresh: true } }
  })
}

/** Who gets an entry has no claim any more on one whose line is gone. */
function withoutMissing(pool: Pool, holder: string): Pool {
  const told = [...pool.told].filter(
    ([key]) => !isTold(pool, key, holder) || holderIn(pool.file, key) !== undefined,
  )
  return { ...pool, told: new Map(told) }
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
  const isOnlyHis = isTold(pool, key, holder) && pool.told.get(key)?.again === false
  if (!isHis || (how === 'give back' && !isOnlyHis)) return { ...pool, answer: {} }
  return { ...freed(pool, key), answer: {} }
}

function confirm(world: World, node: string): World {
  return new Map(
    [...world].map(([name, { file, told }]) => {
      const confirmed = [...told].map(([key, each]) => {
        const inUse = each.inUse || same(each.holder.split('/')[0] ?? '', node)
        return [key, { ...each, inUse }] as const
      })
      return [name, { file, told: new Map(confirmed) }]
    }),
  )
}
