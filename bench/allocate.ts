import { addNodes, askAll, demandDistinct, poolFile } from './allocation.ts'
import { addFiles, makeDataRoot } from './data-root.ts'
import {
  atLeast,
  atMost,
  type Check,
  count,
  type Effort,
  inRounds,
  type Row,
  rate,
  type Scenario,
} from './scenario.ts'
import { type Server, withServer } from './server.ts'
import { median, medianLatency } from './statistics.ts'
import { medianCpu } from './steady.ts'

const AT_ONCE = 1_000
/** One node after another: each waits for its own write. */
const IN_TURN = 100

export const allocate: Scenario = {
  name: 'allocate',
  async run(folder, effort) {
    makeDataRoot(folder, {})
    const sizes = [100, 100_000]
    const cases = sizes.flatMap((entries) => [
      { entries, nodes: Math.min(IN_TURN, entries / 2), connections: 1 },
      { entries, nodes: AT_ONCE, connections: AT_ONCE },
    ])
    for (const each of cases) addCase(folder, effort, each)
    return withServer(folder, (server) => inOrder(cases, (each) => measure(server, effort, each)))
  },
}

type Case = { readonly entries: number; readonly nodes: number; readonly connections: number }

async function inOrder<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (const item of items) results.push(await work(item))
  return results
}

/** Each round has a pool of its own, so that it begins with a pool that is free. */
function poolOf({ entries, connections }: Case, round: number): string {
  return `pool-${entries}-${connections}-${round}`
}

function idsOf(each: Case, round: number): readonly string[] {
  return Array.from({ length: each.nodes }, (_, at) => `${poolOf(each, round)}-${at}`)
}

function addCase(folder: string, { rounds }: Effort, each: Case): void {
  for (let round = 1; round <= rounds; round += 1) {
    const pool = poolOf(each, round)
    addFiles(folder, { [`resources/${pool}`]: poolFile(each.entries) })
    addNodes(folder, [`first-${pool}`, ...idsOf(each, round)], `allocate('${pool}')`)
  }
}

async function measure(server: Server, effort: Effort, each: Case): Promise<Row> {
  const { entries, nodes, connections } = each
  const firsts: number[] = []
  const rounds = await inRounds(effort.rounds, async (round) => {
    // Reads the pool.
    const first = await askAll(server, [`first-${poolOf(each, round)}`], 1)
    firsts.push(first.latency.max)
    const result = await askAll(server, idsOf(each, round), connections)
    return demandDistinct(result, Math.min(nodes, entries - 1))
  })
  const perSecond = median(rounds.map((result) => result.answers / result.seconds))
  const latency = medianLatency(rounds.map((result) => result.latency))
  const together = connections === 1 ? `${nodes} nodes one by one` : `${count(nodes)} nodes at once`
  return {
    what: `allocate, durable, pool of ${count(entries)}, ${together}`,
    measured: rate(perSecond),
    latency,
    cpu: medianCpu(rounds),
    checks: entries > nodes && connections > 1 ? checksOf(perSecond, latency.p99) : [],
    note: `no duplicate; ${entries > nodes ? '' : `${entries - 1} served, the rest told that it is exhausted; `}the first, which reads the pool, took ${count(median(firsts))} ms`,
  }
}

function checksOf(perSecond: number, p99: number): readonly Check[] {
  return [atLeast(perSecond, 1_000, '/s'), atMost(p99, 1_000, ' ms p99')]
}
