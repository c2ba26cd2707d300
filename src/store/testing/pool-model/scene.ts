import { type Event, explain } from './explain.ts'
import { createPromises, type Promises } from './promises.ts'
import type { ModelStore, OpenStore, Saving } from './store.ts'
import type { World } from './world.ts'
import type { WrittenPool } from './written-pool.ts'

/** Where a story takes place, and all that is known of it so far. */
export type Scene = {
  readonly store: ModelStore
  readonly pools: readonly PoolOnScene[]
  /** Those that may be; never none. */
  worlds: readonly World[]
  /** The servers' clock; ms since 1970. */
  now: number
  /** What happened, for the one who reads a failure. */
  readonly chronicle: string[]
  /** How often it happened. */
  readonly tally: Tally
}

/** What a run met, and how often. */
export type Tally = Map<string, number>

export function count({ tally }: Pick<Scene, 'tally'>, what: string): void {
  tally.set(what, (tally.get(what) ?? 0) + 1)
}

export type PoolOnScene = {
  readonly name: string
  /** As it was after each step, oldest first. */
  readonly versions: WrittenPool[]
  readonly promises: Promises
  /** Whether a person saved it since a server looked. */
  isUnseen: boolean
}

/** @param pools as they are at first, by name */
export async function openScene(
  open: OpenStore,
  pools: ReadonlyMap<string, WrittenPool>,
): Promise<Scene> {
  const list = [...pools]
  return {
    store: await open(pools),
    pools: list.map(([name, file]) => ({
      name,
      versions: [file],
      promises: createPromises(),
      isUnseen: false,
    })),
    worlds: [new Map(list.map(([name, file]) => [name, { file, told: new Map() }]))],
    now: Date.now(),
    chronicle: [],
    tally: new Map(),
  }
}

export function poolAt({ pools }: Scene, number: number): PoolOnScene {
  const pool = pools[number % pools.length]
  if (pool === undefined) throw new Error('a scene has at least one pool')
  return pool
}

/** A key that no pool ever had. */
export function newKey({ chronicle }: Scene): string {
  return `new-${chronicle.length}`
}

export function newest({ versions }: PoolOnScene): WrittenPool {
  const last = versions.at(-1)
  if (last === undefined) throw new Error('a pool has at least one version')
  return last
}

/** Has a person carry out what was planned. */
export async function save(scene: Scene, { pool, told, carryOut }: Saving): Promise<void> {
  count(scene, 'edits')
  scene.chronicle.push(`  ${pool} is ${told}`)
  await carryOut()
}

/**
 * Ends a step: finds the worlds that explain it.
 *
 * @throws Error when there is none
 */
export async function settle(
  scene: Scene,
  events: readonly Event[],
  brokeOff = false,
): Promise<void> {
  const { store, pools, chronicle, now } = scene
  const files = await store.read()
  for (const [name, text] of files) chronicle.push(`  ${name} is now ${JSON.stringify(text)}`)
  const { nature, textOf } = store
  const sure = { now, nature, textOf, brokeOff, editsMayBeLost: false }
  let worlds = explain(scene.worlds, events, files, sure)
  if (worlds.length === 0 && events.length > 1 && !nature.isAtomic) {
    // No system call replaces a file only if it is still the same one.
    worlds = explain(scene.worlds, events, files, { ...sure, editsMayBeLost: true })
    count(scene, 'edits lost')
  }
  const [world] = worlds
  if (world === undefined) throw new Error('no order of these events explains answers and files')
  scene.worlds = worlds
  for (const { name, versions } of pools) {
    const file = world.get(name)?.file
    if (file) versions.push(file)
  }
}

/** @throws Error when a file does not say what a node was told */
export function expectKept({ pools }: Scene): void {
  for (const pool of pools) {
    const broken = pool.isUnseen ? [] : pool.promises.broken(newest(pool))
    if (broken.length > 0) throw new Error(broken.join('; '))
  }
}
