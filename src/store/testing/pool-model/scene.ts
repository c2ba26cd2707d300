import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Event, explain } from './explain.ts'
import { createPromises, type Promises } from './promises.ts'
import type { Edit } from './steps.ts'
import type { World } from './world.ts'
import { render, type WrittenPool } from './written-pool.ts'

/** Where a story takes place, and all that is known of it so far. */
export type Scene = {
  readonly folder: string
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
  pools: ReadonlyMap<string, WrittenPool>,
  tally: Tally,
): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'ztps-model-'))
  await mkdir(join(folder, 'resources'))
  const list = [...pools]
  await Promise.all(list.map(([name, file]) => writeFile(pathOf(folder, name), render(file))))
  return {
    folder,
    pools: list.map(([name, file]) => ({
      name,
      versions: [file],
      promises: createPromises(),
      isUnseen: false,
    })),
    worlds: [new Map(list.map(([name, file]) => [name, { file, told: new Map() }]))],
    now: Date.now(),
    chronicle: [],
    tally,
  }
}

export function closeScene({ folder }: Scene): Promise<void> {
  return rm(folder, { recursive: true, force: true })
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

/** Saves what a person edited, one way or the other. */
export async function save(
  scene: Scene,
  name: string,
  { saved, file }: { readonly saved: Edit['saved']; readonly file: WrittenPool },
): Promise<void> {
  const text = render(file)
  count(scene, 'edits')
  scene.chronicle.push(`  ${name} is saved ${saved}: ${JSON.stringify(text)}`)
  const path = pathOf(scene.folder, name)
  if (saved === 'in place') return writeFile(path, text)
  const beside = join(scene.folder, `.${name}.edited`)
  await writeFile(beside, text)
  await rename(beside, path)
}

/**
 * Ends a step: finds the worlds that explain it.
 *
 * @throws Error when there is none
 */
export async function settle(scene: Scene, events: readonly Event[]): Promise<void> {
  const { folder, pools, chronicle } = scene
  const texts = await Promise.all(
    pools.map(async ({ name }) => [name, await readFile(pathOf(folder, name), 'utf8')] as const),
  )
  for (const [name, text] of texts) chronicle.push(`  ${name} is now ${JSON.stringify(text)}`)
  const files = new Map(texts)
  const { now } = scene
  let worlds = explain(scene.worlds, events, files, { now, editsMayBeLost: false })
  if (worlds.length === 0 && events.length > 1) {
    // No system call replaces a file only if it is still the same one.
    worlds = explain(scene.worlds, events, files, { now, editsMayBeLost: true })
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

function pathOf(folder: string, pool: string): string {
  return join(folder, 'resources', pool)
}
