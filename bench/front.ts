import { lightLoad, loadProgram } from './light-load.ts'
import { load } from './load.ts'
import { atLeast, count, type Effort, inRounds, type Row, rate } from './scenario.ts'
import { median } from './statistics.ts'
import { CONNECTIONS } from './steady.ts'

/** The shares of what there would be without us, or without the front server, that are asked for. */
const SENDFILE_SHARE = 0.9
const PROXIED_SHARE = 0.6

const WARM_UP_SECONDS = 2
const DOWNLOADS = 50

/** Where each of the things to compare answers: its name → its origin and path. */
export type Contestants<T> = Readonly<Record<string, T>>

/**
 * Puts the same load on each, in turn and in rounds, so that all meet the machine in the same moods.
 *
 * @returns for each the figure of each round
 */
async function inTurn<T>(
  contestants: Contestants<T>,
  rounds: number,
  measure: (contestant: T) => Promise<number>,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const figures = new Map<string, number[]>(Object.keys(contestants).map((name) => [name, []]))
  await inRounds(rounds, async () => {
    for (const [name, contestant] of Object.entries(contestants)) {
      figures.get(name)?.push(await measure(contestant))
    }
  })
  return figures
}

/** The median over the rounds of one figure as a share of another. */
function shareOf(of: readonly number[], whole: readonly number[]): number {
  return median(of.map((each, round) => each / (whole[round] ?? Number.NaN)))
}

/**
 * How fast many clients get a large file, the first contestant's speed as a share of the second's.
 *
 * @param what the words for the row
 */
export async function compareDownloads(
  what: string,
  contestants: Contestants<{ readonly origin: string; readonly path: string }>,
  effort: Effort,
): Promise<Row> {
  const figures = await inTurn(contestants, effort.rounds, async ({ origin, path }) => {
    const { seconds } = effort
    const got = await load({ kind: 'download', origin, path, clients: DOWNLOADS, seconds })
    if (got.bytes === 0) throw new Error(`${origin}${path} sent nothing`)
    return got.bytes / got.seconds / 1e9
  })
  const [ours = [], alone = []] = [...figures.values()]
  const share = shareOf(ours, alone)
  const speeds = [...figures].map(([name, each]) => `${name} ${count(median(each))} GB/s`)
  return {
    what,
    measured: `${count(share)} ×`,
    checks: [atLeast(share, SENDFILE_SHARE, ' ×')],
    note: `${speeds.join(', ')}, with ${DOWNLOADS} clients each, in turn`,
  }
}

/**
 * How many requests a second each answers, as a share of the first.
 *
 * @param folder for what the load needs
 * @param paths asked for in turn
 */
export async function compareRates(
  folder: string,
  what: string,
  origins: Contestants<string>,
  paths: readonly string[],
  effort: Effort,
): Promise<readonly Row[]> {
  const measure = (origin: string, seconds: number) =>
    lightLoad(folder, { origin, paths, connections: CONNECTIONS, seconds })
  for (const origin of Object.values(origins)) await measure(origin, WARM_UP_SECONDS)
  const figures = await inTurn(origins, effort.rounds, (origin) => measure(origin, effort.seconds))
  const [[first = '', whole = []] = [], ...others] = [...figures]
  return others.map(([name, each]) => {
    const share = shareOf(each, whole)
    return {
      what: `${what}, ${name}: share of ${first}`,
      measured: `${count(share)} ×`,
      checks: [atLeast(share, PROXIED_SHARE, ' ×')],
      note: `${rate(median(each))} against ${rate(median(whole))}, in turn, by ${loadProgram()}`,
    }
  })
}
