import fc from 'fast-check'
import { play } from './play.ts'
import type { Tally } from './scene.ts'
import { startServers } from './servers.ts'
import { type Step, story } from './steps.ts'
import type { OpenStore } from './store.ts'
import type { WrittenPool } from './written-pool.ts'

/**
 * How long to try new stories, in s. The longer, the more is found: `ZTPS_MODEL_SECONDS=600`.
 *
 * @param usual when nobody says
 */
export function storySeconds(usual: number): number {
  return Number(process.env.ZTPS_MODEL_SECONDS ?? usual)
}

/** What every run has to have met: on a slow machine it takes as long as that takes. */
const WANTED = ['allocate', 'unanswered', 'edits']
/** Stories between two looks at the clock. */
const ROUND = 5
/** A round that failed looks for a shorter story so long, in ms, and no longer. */
const ROUND_MS = 100_000

/**
 * Plays stories until the time is up, and until what matters was met.
 *
 * `ZTPS_MODEL_SEED` and `ZTPS_MODEL_PATH`, as a failure reports them, play that one again; what
 * processes do at the same time may go another way then.
 *
 * @returns what they met, and how often
 * @throws Error that tells the shortest story found that breaks the rules
 */
export async function tryStories(
  open: OpenStore,
  pools: ReadonlyMap<string, WrittenPool>,
  seconds: number,
): Promise<Tally> {
  const tally: Tally = new Map()
  const servers = startServers()
  const property = fc.asyncProperty(story, async (steps) => {
    for (const [what, times] of await play(steps, { open, pools, servers })) {
      tally.set(what, (tally.get(what) ?? 0) + times)
    }
  })
  const end = Date.now() + seconds * 1_000
  const goesOn = () => Date.now() < end || !WANTED.every((each) => tally.has(each))
  try {
    do await tryRound(property)
    while (process.env.ZTPS_MODEL_PATH === undefined && goesOn())
    return tally
  } finally {
    await servers.end()
  }
}

/** @throws Error as tryStories does */
async function tryRound(property: fc.IAsyncProperty<[readonly Step[]]>): Promise<void> {
  const { ZTPS_MODEL_SEED: seed, ZTPS_MODEL_PATH: path } = process.env
  const found = await fc.check(property, {
    numRuns: ROUND,
    interruptAfterTimeLimit: ROUND_MS,
    ...(path === undefined || seed === undefined ? {} : { path, seed: Number(seed) }),
  })
  if (found.counterexample === null) return
  const again = `ZTPS_MODEL_SEED=${found.seed} ZTPS_MODEL_PATH=${found.counterexamplePath}`
  throw new Error(`${again}\n${String(found.errorInstance)}`)
}
