import { playAsk, playEdit } from './ask.ts'
import { newest, openScene, type Scene, type Tally } from './scene.ts'
import type { Servers } from './servers.ts'
import type { Step } from './steps.ts'
import type { OpenStore } from './store.ts'
import type { WrittenPool } from './written-pool.ts'

const MINUTE_MS = 60_000

/** What stories are played on. */
export type Stage = {
  /** Makes the store of the pools. */
  readonly open: OpenStore
  /** As they are at first, by name. */
  readonly pools: ReadonlyMap<string, WrittenPool>
  readonly servers: Servers
}

/**
 * Plays a story on real processes, in a folder of its own, and holds it to the rules after each
 * step.
 *
 * @returns what it met
 * @throws Error that tells the whole story, as soon as a step cannot be explained
 */
export async function play(
  story: readonly Step[],
  { open, pools, servers }: Stage,
): Promise<Tally> {
  const scene = await openScene(open, pools)
  try {
    for (const step of story) {
      scene.chronicle.push(JSON.stringify(step))
      await playStep(scene, servers, step)
    }
    await expectTidy(scene, servers)
    return scene.tally
  } catch (thrown) {
    throw new Error([...scene.chronicle, String(thrown), ...knowledge(scene)].join('\n'))
  } finally {
    const { place, staysOpen, remove } = scene.store
    if (!staysOpen) await Promise.all(servers.all().map((each) => each.close(place)))
    await remove()
  }
}

async function playStep(scene: Scene, servers: Servers, step: Step): Promise<void> {
  if (step.kind === 'ask') return playAsk(scene, servers, step)
  if (step.kind === 'edit') return playEdit(scene, step.edit)
  if (step.kind === 'restart') return servers.at(step.process).close(scene.store.place)
  scene.now += step.minutes * MINUTE_MS
  // An edit that no server saw until now is judged by the time when one does.
  for (const pool of scene.pools) {
    if (pool.isUnseen) pool.promises.edited(newest(pool), scene.now)
  }
}

/** What the rules held for possible before the step that failed. */
function knowledge({ worlds }: Scene): readonly string[] {
  return worlds.map((world) => {
    const told = [...world].map(([name, pool]) => `${name} ${JSON.stringify([...pool.told])}`)
    return `  possible: ${told.join(' ')}`
  })
}

/** Whatever died, a server that comes after leaves nothing beside the pools. */
async function expectTidy(scene: Scene, servers: Servers): Promise<void> {
  const { place } = scene.store
  await servers.at(0).close(place)
  for (const { name } of scene.pools) {
    const command = { do: 'allocate', pool: name, nodeId: 'LAST' } as const
    await servers.at(0).ask(place, scene.now, command)
  }
  await scene.store.expectTidy()
}
