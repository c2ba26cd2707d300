import { leafReport, leavesOf, neighbordb } from './fabric.ts'
import {
  compileNeighbordb,
  findPattern,
  NO_VERDICTS,
  nodeIdFor,
  parseNeighbordb,
  parseReport,
} from './product.ts'
import { atMost, count, type Effort, inRounds, type Row, type Scenario } from './scenario.ts'
import { type Latency, latencyOf, medianLatency } from './statistics.ts'

/** The product's matcher in this process, without HTTP or disk. */
export const match: Scenario = {
  name: 'match',
  async run(_folder, effort) {
    return [
      await matching(1_000, 0.2, effort),
      await matching(effort.quick ? 20_000 : 100_000, 1, effort),
    ]
  },
}

async function matching(patterns: number, mostMs: number, effort: Effort): Promise<Row> {
  const { db, seconds } = compiled(neighbordb(patterns))
  const nodes = effort.quick ? 2_000 : 10_000
  timesOf(db, patterns, nodes)
  const rounds = await inRounds(effort.rounds, async () => timesOf(db, patterns, nodes))
  const latency = medianLatency(rounds)
  return {
    what: `matching alone, ${count(patterns)} patterns`,
    measured: `p99 ${count(latency.p99)} ms`,
    latency,
    checks: [atMost(latency.p99, mostMs, ' ms p99')],
    note: `parsing and compiling the file took ${count(seconds)} s`,
  }
}

type Database = ReturnType<typeof compileNeighbordb>

function compiled(text: string): { readonly db: Database; readonly seconds: number } {
  const started = performance.now()
  const { value } = parseNeighbordb(text, { file: 'neighbordb', identifier: 'serialnumber' })
  if (value === undefined) throw new Error('the neighbordb of the bench is not valid')
  const db = compileNeighbordb(value)
  return { db, seconds: (performance.now() - started) / 1000 }
}

/** Every node of a walk over the whole fabric; one in ten matches nothing. */
function timesOf(db: Database, patterns: number, nodes: number): Latency {
  const leaves = leavesOf(patterns)
  const samples = new Float64Array(nodes)
  for (let at = 0; at < nodes; at += 1) {
    const lost = at % 10 === 9
    const leaf = (at * 7919) % leaves
    const { id, report } = read(`MATCH${at}`, lost ? leaf + patterns * 2 : leaf)
    const started = performance.now()
    const { kind } = findPattern(db, id, report, NO_VERDICTS)
    samples[at] = performance.now() - started
    if (kind !== (lost ? 'unmatched' : 'matched')) throw new Error(`leaf ${leaf}: ${kind}`)
  }
  return latencyOf(samples)
}

function read(serialnumber: string, leaf: number) {
  const parsed = parseReport(leafReport(serialnumber, leaf))
  const id = nodeIdFor(serialnumber, 'serialnumber')
  if (parsed.kind === 'bad' || id === undefined) throw new Error('the report is not valid')
  return { id, report: parsed.report }
}
