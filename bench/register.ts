import { makeDataRoot } from './data-root.ts'
import { definition, leafReport, leavesOf, neighbordb } from './fabric.ts'
import { demandStatus, load, type Measured, measuredLoad } from './load.ts'
import type { PlannedRequest } from './load-plan.ts'
import { count, type Effort, inRounds, type Row, rate, type Scenario } from './scenario.ts'
import { withServer } from './server.ts'
import { median, medianLatency } from './statistics.ts'
import { CONNECTIONS, rateRow } from './steady.ts'

const SIZES = [
  { patterns: 10 },
  { patterns: 1_000, least: 800 },
  { patterns: 100_000 },
] as const satisfies readonly { readonly patterns: number; readonly least?: number }[]

export const register: Scenario = {
  name: 'register',
  async run(folder, effort) {
    const rows: Row[] = []
    for (const [at, size] of SIZES.entries()) {
      rows.push(...(await withNeighbordb(`${folder}/${at}`, effort, size)))
    }
    return [...rows, await diskAlone(folder, effort)]
  },
}

/** What the same disk gives a program that does nothing else. */
async function diskAlone(folder: string, effort: Effort): Promise<Row> {
  const howMany = effort.quick ? 500 : 1_500
  const rounds = await inRounds(effort.rounds, (round) =>
    load({ kind: 'folders', folder: `${folder}/alone${round}`, howMany, atOnce: CONNECTIONS }),
  )
  const perSecond = median(rounds.map((each) => each.answers / each.seconds))
  return {
    what: 'the same folders without a server, by bare Node',
    measured: rate(perSecond),
    latency: medianLatency(rounds.map((each) => each.latency)),
    checks: [],
  }
}

async function withNeighbordb(
  folder: string,
  effort: Effort,
  { patterns, least }: { readonly patterns: number; readonly least?: number },
): Promise<readonly Row[]> {
  makeDataRoot(folder, {
    neighbordb: neighbordb(patterns),
    'definitions/leaf': definition(10),
  })
  const posts = effort.quick ? 500 : 1_500
  return withServer(folder, async (server) => {
    const post = (requests: readonly PlannedRequest[]): Promise<Measured> =>
      measuredLoad(server, {
        kind: 'each',
        origin: server.origin,
        requests,
        connections: CONNECTIONS,
      })
    // Reads neighbordb.
    const first = await post(newNodes('FIRST', 1, patterns))
    await post(newNodes('WARM', 300, patterns))
    const made = await inRounds(effort.rounds, async (round) =>
      demandStatus(await post(newNodes(`NEW${round}N`, posts, patterns)), '201'),
    )
    const known = await inRounds(effort.rounds, async (round) =>
      demandStatus(await post(newNodes(`NEW${round}N`, posts, patterns)), '409'),
    )
    const strangers = await inRounds(effort.rounds, async () =>
      demandStatus(await post(newNodes('LOST', posts / 10, patterns, patterns * 2)), '400'),
    )
    const size = `${count(patterns)} patterns`
    return [
      {
        ...rateRow(`POST /nodes, new node, durable, ${size}`, made, '201', least),
        note: `the first, which reads neighbordb, took ${count(first.seconds * 1000)} ms`,
      },
      rateRow(`POST /nodes, known node, durable, ${size}`, known, '409'),
      rateRow(`POST /nodes, node without a match, ${size}`, strangers, '400'),
    ]
  })
}

/** @param beyond added to the place in the fabric: outside it no pattern matches */
function newNodes(
  prefix: string,
  howMany: number,
  patterns: number,
  beyond = 0,
): readonly PlannedRequest[] {
  const leaves = leavesOf(patterns)
  // Steps through the whole file, whatever its size.
  const step = Math.max(1, Math.floor(leaves / howMany))
  return Array.from({ length: howMany }, (_, at) => {
    const report = leafReport(`${prefix}${at}`, ((at * step) % leaves) + beyond)
    return { method: 'POST', path: '/nodes', body: JSON.stringify(report) }
  })
}
