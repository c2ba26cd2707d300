import { addFiles, makeDataRoot } from './data-root.ts'
import { nodeFiles } from './fabric.ts'
import { load, type Measured, measuredLoad } from './load.ts'
import type { Load } from './load-plan.ts'
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
  const free = Array.from(
    { length: each.entries },
    (_, at) => `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}/16: null\n`,
  ).join('')
  for (let round = 1; round <= rounds; round += 1) {
    const pool = poolOf(each, round)
    addFiles(folder, { [`resources/${pool}`]: `# addresses\n${free}` })
    const definition = (label: string) =>
      'name: leaf\nactions:\n  - action: add_config\n    attributes:\n' +
      `      url: files/leaf.template\n      variables: {address: "allocate('${pool}'${label})"}\n`
    idsOf(each, round).forEach((id, leaf) => {
      addFiles(folder, nodeFiles(id, leaf, definition('')))
    })
    addFiles(folder, nodeFiles(`first-${pool}`, 0, definition('')))
  }
}

async function measure(server: Server, effort: Effort, each: Case): Promise<Row> {
  const { origin } = server
  const { entries, nodes, connections } = each
  const firsts: number[] = []
  const rounds = await inRounds(effort.rounds, async (round) => {
    const ask = (ids: readonly string[]): Promise<Measured> => {
      const requests = ids.map((id) => ({ method: 'GET' as const, path: `/nodes/${id}` }))
      return measuredLoad(server, { kind: 'each', origin, requests, connections, keepBodies: true })
    }
    // Reads the pool.
    const first = await load({
      kind: 'each',
      origin,
      requests: [{ method: 'GET', path: `/nodes/first-${poolOf(each, round)}` }],
      connections: 1,
    })
    firsts.push(first.latency.max)
    const result = await ask(idsOf(each, round))
    demandDistinct(result, Math.min(nodes, entries - 1))
    return result
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

/** @throws unless as many nodes as expected got an entry, each another one */
function demandDistinct({ bodies, statuses, answers }: Load, expected: number): void {
  const served = statuses['200'] ?? 0
  if (served !== expected || served + (statuses['400'] ?? 0) !== answers) {
    throw new Error(`expected ${expected} to be served, got ${JSON.stringify(statuses)}`)
  }
  const entries = bodies.flatMap((body) => /"address": ?"([^"]+)"/.exec(body)?.[1] ?? [])
  const distinct = new Set(entries).size
  if (entries.length !== expected || distinct !== expected) {
    throw new Error(`${entries.length} entries were given out, ${distinct} of them distinct`)
  }
}
