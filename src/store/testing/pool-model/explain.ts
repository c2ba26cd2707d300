import type { PoolAnswer } from './pool-command.ts'
import { type Act, perform, performInVain, type RuleCircumstances } from './rules.ts'
import type { World } from './world.ts'
import type { WrittenPool } from './written-pool.ts'

/** Something that was asked, or done, at the same time as others: one act, or several in a row. */
export type Event = {
  readonly act: Act
  /**
   * What was answered; undefined for what was not: it may have been done, or half of it, or not.
   * An edit is answered nothing.
   */
  readonly answer: PoolAnswer | undefined
  /** What follows, by the act's outcome. */
  readonly next?: (answer: PoolAnswer) => Event | undefined
}

export type Circumstances = RuleCircumstances & {
  /** What a pool looks like in `files`. */
  readonly textOf: (file: WrittenPool) => string
  /** Whether connections to the database were broken off. */
  readonly brokeOff: boolean
  /** Whether a server may have replaced a file at the very moment when it was edited. */
  readonly editsMayBeLost: boolean
}

type Way = {
  readonly world: World
  /** What is still to be done of each; undefined when all is. */
  readonly left: readonly (Event | undefined)[]
}

/**
 * All worlds that some order of the events leads to, of those that the files on disk confirm. None:
 * what happened cannot have happened.
 *
 * @param worlds those that may have been before
 * @param files what is on disk after all, by pool
 */
export function explain(
  worlds: readonly World[],
  events: readonly Event[],
  files: ReadonlyMap<string, string>,
  circumstances: Circumstances,
): readonly World[] {
  let ways = worlds.map((world): Way => ({ world, left: events }))
  const found = new Map<string, World>()
  while (ways.length > 0) {
    const next = new Map<string, Way>()
    for (const way of ways) {
      if (way.left.every((event) => event === undefined))
        keepIfOnDisk(found, way.world, files, circumstances)
      for (const after of steps(way, circumstances)) next.set(keyOf(after, circumstances), after)
    }
    ways = [...next.values()]
  }
  return [...found.values()]
}

function steps({ world, left }: Way, circumstances: Circumstances): readonly Way[] {
  return left.flatMap((event, place) =>
    event === undefined
      ? []
      : ends(world, event, circumstances).map((end) => ({
          world: end.world,
          left: left.with(place, end.rest),
        })),
  )
}

type End = { readonly world: World; readonly rest: Event | undefined }

/** The ways to take one event's next act. */
function ends(
  world: World,
  { act, answer, next }: Event,
  circumstances: Circumstances,
): readonly End[] {
  const undone = { world, rest: undefined }
  const done = perform(world, act, circumstances).flatMap((outcome) =>
    answer === undefined || fits(outcome.answer, answer, circumstances)
      ? [{ world: outcome.world, rest: next?.(answer ?? outcome.answer) }]
      : [],
  )
  if (act.do === 'edit' || act.do === 'patch')
    return circumstances.editsMayBeLost ? [...done, undone] : done
  if (answer !== undefined) return done
  const inVain = performInVain(world, act, circumstances).map((outcome) => ({
    ...undone,
    ...outcome,
  }))
  return [...done, ...inVain, undone]
}

function fits(answer: PoolAnswer, given: PoolAnswer, { brokeOff }: Circumstances): boolean {
  // Asked again after a commit that nobody answered for, a server finds what it gave itself.
  if (brokeOff && answer.fresh && given.fresh === false) return answer.key === given.key
  return JSON.stringify(inOrder(answer)) === JSON.stringify(inOrder(given))
}

function inOrder({ key, fresh, code, changed, added }: PoolAnswer): readonly unknown[] {
  const handovers = changed?.map((each) => [each.pool, each.key, each.from, each.to])
  return [key, fresh, code, handovers?.map((each) => JSON.stringify(each)).toSorted(), added]
}

function keepIfOnDisk(
  found: Map<string, World>,
  world: World,
  files: ReadonlyMap<string, string>,
  circumstances: Circumstances,
): void {
  const { textOf } = circumstances
  const isOnDisk = [...world].every(([name, { file }]) => textOf(file) === files.get(name))
  if (isOnDisk) found.set(worldKey(world, circumstances), world)
}

function keyOf({ world, left }: Way, circumstances: Circumstances): string {
  const open = left.map((event) => event && [event.act, event.answer])
  return JSON.stringify([worldKey(world, circumstances), open])
}

/** The same for worlds that nothing tells apart. */
function worldKey(world: World, { textOf }: Circumstances): string {
  const pools = [...world].map(([name, { file, told }]) => [
    name,
    textOf(file),
    [...told].sort(([one], [other]) => (one < other ? -1 : 1)),
  ])
  return JSON.stringify(pools)
}
