import { close, fsync, mkdir, open, rename, write } from 'node:fs'
import { promisify } from 'node:util'
import type { Load, Plan } from './load-plan.ts'
import { latencyOf } from './statistics.ts'

const [closeFile, syncFile, makeFolder, openFile, moveFolder, writeFile] = [
  promisify(close),
  promisify(fsync),
  promisify(mkdir),
  promisify(open),
  promisify(rename),
  promisify(write),
]

const CONTENT = Buffer.alloc(2_000, 'x')
const NAMES = ['.node', 'definition', 'pattern']

/**
 * What registering a node does to the disk and nothing else: three files in a new folder, each
 * synced, the folder synced, moved to its place, and that synced.
 */
export async function makeFolders(plan: Extract<Plan, { kind: 'folders' }>): Promise<Load> {
  const { folder, howMany, atOnce } = plan
  const [aside, place] = [`${folder}/aside`, `${folder}/place`]
  await Promise.all([
    makeFolder(aside, { recursive: true }),
    makeFolder(place, { recursive: true }),
  ])
  const samples: number[] = []
  const waiting = Array.from({ length: howMany }, (_, at) => at).values()
  const started = performance.now()

  async function work(): Promise<void> {
    for (const each of waiting) {
      const began = performance.now()
      const built = `${aside}/${each}`
      await makeFolder(built)
      await Promise.all(NAMES.map((name) => makeFile(`${built}/${name}`)))
      await syncFolder(built)
      await moveFolder(built, `${place}/${each}`)
      await syncFolder(place)
      samples.push(performance.now() - began)
    }
  }

  await Promise.all(Array.from({ length: atOnce }, work))
  return {
    seconds: (performance.now() - started) / 1000,
    answers: samples.length,
    bytes: 0,
    statuses: { made: samples.length },
    latency: latencyOf(samples),
    bodies: [],
  }
}

async function makeFile(path: string): Promise<void> {
  const file = await openFile(path, 'wx')
  await writeFile(file, CONTENT)
  await syncFile(file)
  await closeFile(file)
}

async function syncFolder(path: string): Promise<void> {
  const file = await openFile(path, 'r')
  await syncFile(file)
  await closeFile(file)
}
