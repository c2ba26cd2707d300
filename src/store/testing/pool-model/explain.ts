import type { PoolAnswer } from './pool-command.ts'
import { type Act, perform, performInVain, type World } from './rules.ts'
import { render } from './written-pool.ts'

/** Something that was asked, or done, at the same time as others. */
export type Event = {
  readonly first: Act
  /** What follows from the first act's answer. */
  readonly then?: (answer: PoolAnswer) => Act | undefined
  /**
   * What was answered; undefined for what was not: it may have been done, or half of it, or not.
   * An edit is answered nothing.
   */
  readonly answer: PoolAnswer | undefined
}

export type Circumstances = {
  /** The time of all events, ms since 1970. */
  readonly now: number
  /** Whether a server may have replaced a file at the very moment when it was edited. */
  readonly editsMayBeLost: boolean
}

type Way = {
  readonly world: World
  /** For each event: what is still to be done; undefined when all is. */
  readonly left: readonly (Act | undefined)[]
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
  let ways = worlds.map((world): Way => ({ world, left: events.map((event) => event.first) }))
  const found = new Map<string, World>()
  while (ways.length > 0) {
    const next = new Map<string, Way>()
    for (const way of ways) {
      if (way.left.every((act) => act === undefined)) keepIfOnDisk(found, way.world, files)
      for (const after of steps(way, events, circumstances)) next.set(keyOf(after), after)
    }
    ways = [...next.values()]
  }
  return [...found.values()]
}

function steps(
  { world, left }: Way,
  events: readonly Event[],
  circumstances: Circumstances,
): readonly Way[] {
  return events.flatMap((event, place) => {
    const act = left[place]
    return act === undefined
      ? []
      : ends(world, { event, act }, circumstances).map((end) => ({
          world: end.world,
          left: left.with(place, end.rest),
        }))
  })
}

type End = { readonly world: World; readonly rest: Act | undefined }

/** The ways to take one event's next act. */
function ends(
  world: World,
  { event, act }: { readonly event: Event; readonly act: Act },
  { now, editsMayBeLost }: Circumstances,
): readonly End[] {
  const isFirst = act === event.first
  const done = perform(world, act, now).flatMap(({ world: after, answer }) =>
    isFirst && !fits(answer, event.answer)
      ? []
      : [{ world: after, rest: isFirst ? event.then?.(answer) : undefined }],
  )
  if (act.do === 'edit') return editsMayBeLost ? [...done, { world, rest: undefined }] : done
  if (event.answer !== undefined) return done
  const inVain = performInVain(world, act, now).map((each) => ({
    world: each.world,
    rest: undefined,
  }))
  return [...done, ...inVain, { world, rest: undefined }]
}

function fits(answer: PoolAnswer, given: PoolAnswer | undefined): boolean {
  if (given === undefined) return true
  return answer.key === given.key && answer.fresh === given.fresh && answer.code === given.code
}

function keepIfOnDisk(
  found: Map<string, World>,
  world: World,
  files: ReadonlyMap<string, string>,
): void {
  const isOnDisk = [...world].every(([name, { file }]) => render(file) === files.get(name))
  if (isOnDisk) found.set(worldKey(world), world)
}

function keyOf({ world, left }: Way): string {
  return JSON.stringify([worldKey(world), left])
}

function worldKey(world: World): string {
  const pools = [...world].map(([name, { file, told }]) => [
    name,
    render(file),
    [...told].sort(([one], [other]) => (one < other ? -1 : 1)),
  ])
  return JSON.stringify(pools)
}
