import { makeDataRoot } from './data-root.ts'
import { definition, leafReport, neighbordb } from './fabric.ts'
import { load } from './load.ts'
import type { Load, PlannedRequest } from './load-plan.ts'
import { atMost, count, type Effort, inRounds, type Row, type Scenario } from './scenario.ts'
import { withServer } from './server.ts'
import { medianLatency } from './statistics.ts'

/** The name that makes a backtracking engine try for ever: as long as LLDP allows. */
const NAME = `${'a'.repeat(254)}!`
const OTHERS = 4
const ATTACKERS = 2
/** What the attackers need beyond the time in which they are measured against. */
const OVERHANG_SECONDS = 1

const EXPRESSIONS = [
  { kind: 'none', expression: undefined },
  { kind: "regex('(a+)+$')", expression: '(a+)+$' },
  { kind: 'a back-reference', expression: '(a+)+\\1$' },
] as const

/** Other switches' requests while some post names that are made to hold the server up. */
export const hostile: Scenario = {
  name: 'hostile',
  async run(folder, effort) {
    const rows: Row[] = []
    for (const [at, { kind, expression }] of EXPRESSIONS.entries()) {
      rows.push(await attacked(`${folder}/${at}`, effort, kind, expression))
    }
    return rows
  },
}

async function attacked(
  folder: string,
  effort: Effort,
  kind: string,
  expression: string | undefined,
): Promise<Row> {
  makeDataRoot(folder, {
    neighbordb: `${neighbordb(100)}${trap(expression)}`,
    'definitions/leaf': definition(10),
    'files/leaf.template': 'x'.repeat(1024),
  })
  return withServer(folder, async ({ origin }) => {
    const others = (round: number, seconds: number): Promise<Load> =>
      load({
        kind: 'each',
        origin,
        requests: mixture(`R${round}N`, 4_000),
        connections: OTHERS,
        seconds,
      })
    const attack = (seconds: number): Promise<Load> =>
      load({ kind: 'each', origin, requests: [attacker()], connections: ATTACKERS, seconds })
    await others(0, 1)
    const rounds = await inRounds(effort.rounds, async (round) => {
      const attackers =
        expression === undefined ? undefined : attack(effort.seconds + OVERHANG_SECONDS)
      const [meanwhile, attacks] = await Promise.all([others(round, effort.seconds), attackers])
      return { meanwhile, attacks }
    })
    const latency = medianLatency(rounds.map(({ meanwhile }) => meanwhile.latency))
    const attacks = rounds.flatMap((each) => each.attacks ?? [])
    return {
      what: `other requests, hostile names against: ${kind}`,
      measured: `p99 ${count(latency.p99)} ms`,
      latency,
      checks: [atMost(latency.p99, 50, ' ms p99')],
      note: attacks.length === 0 ? 'for comparison' : attackNote(attacks),
    }
  })
}

function attackNote(attacks: readonly Load[]): string {
  const answers = attacks.reduce((sum, each) => sum + each.answers, 0)
  const { p50 } = medianLatency(attacks.map((each) => each.latency))
  return `${count(answers)} hostile requests from ${ATTACKERS} at once, each held for ${count(p50)} ms (median)`
}

function trap(expression: string | undefined): string {
  if (expression === undefined) return ''
  return `  - name: trap\n    definition: leaf\n    interfaces:\n      - any: regex('${expression}'):any\n`
}

function attacker(): PlannedRequest {
  const neighbors = { Ethernet1: [{ device: NAME, port: 'Ethernet1' }] }
  return {
    method: 'POST',
    path: '/nodes',
    body: JSON.stringify({ ...leafReport('HOSTILE', 0), neighbors }),
  }
}

/** What honest switches ask: new ones, files, definitions. */
function mixture(prefix: string, howMany: number): readonly PlannedRequest[] {
  return Array.from({ length: howMany / 4 }, (_, at): readonly PlannedRequest[] => {
    const id = `${prefix}${at}`
    return [
      { method: 'POST', path: '/nodes', body: JSON.stringify(leafReport(id, at % 80)) },
      { method: 'GET', path: `/nodes/${id}` },
      { method: 'GET', path: '/files/leaf.template' },
      { method: 'GET', path: '/bootstrap/config' },
    ]
  }).flat()
}
