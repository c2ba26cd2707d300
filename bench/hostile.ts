import { makeDataRoot } from './data-root.ts'
import { definition, leafReport, neighbordb } from './fabric.ts'
import { load } from './load.ts'
import type { Load, PlannedRequest } from './load-plan.ts'
import { atMost, count, type Effort, inRounds, type Row, type Scenario } from './scenario.ts'
import { type Server, withServer } from './server.ts'
import { medianLatency } from './statistics.ts'

/** The name that makes a backtracking engine try for ever: as long as LLDP allows. */
const NAME = `${'a'.repeat(254)}!`
const OTHERS = 4
const ATTACKERS = 2
/** A switch that starts over takes minutes; this is malice. */
const PAUSE_MS = 20
/** What the attackers run beyond the time in which they are measured against. */
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
    for (const [at, { expression }] of EXPRESSIONS.entries()) prepare(`${folder}/${at}`, expression)
    const siege = (at: number, round: number): Promise<Siege> =>
      withServer(`${folder}/${at}`, (server) =>
        besiege(server, effort, round, EXPRESSIONS[at]?.expression !== undefined),
      )
    // In turn, so that whatever else the machine does meets all of them.
    const rounds = await inRounds(effort.rounds, async (round) => [
      await siege(0, round),
      await siege(1, round),
      await siege(2, round),
    ])
    return EXPRESSIONS.map(({ kind }, at) => {
      const sieges = rounds.flatMap((each) => each[at] ?? [])
      return rowOf(kind, sieges)
    })
  },
}

type Siege = { readonly others: Load; readonly attack: Load | undefined }

function prepare(folder: string, expression: string | undefined): void {
  makeDataRoot(folder, {
    neighbordb: `${neighbordb(100)}${trap(expression)}`,
    'definitions/leaf': definition(10),
    'files/leaf.template': 'x'.repeat(1024),
  })
}

async function besiege(
  { origin }: Server,
  effort: Effort,
  round: number,
  attacked: boolean,
): Promise<Siege> {
  const send = (name: string, seconds: number): Promise<Load> =>
    load({ kind: 'each', origin, requests: mixture(name, 4_000), connections: OTHERS, seconds })
  await send(`WARM${round}N`, 1)
  const [others, attack] = await Promise.all([
    send(`SIEGE${round}N`, effort.seconds),
    attacked ? assault(origin, effort.seconds + OVERHANG_SECONDS) : undefined,
  ])
  return { others, attack }
}

function assault(origin: string, seconds: number): Promise<Load> {
  return load({
    kind: 'each',
    origin,
    requests: [attacker()],
    connections: ATTACKERS,
    seconds,
    pauseMs: PAUSE_MS,
  })
}

function rowOf(kind: string, sieges: readonly Siege[]): Row {
  const latency = medianLatency(sieges.map(({ others }) => others.latency))
  const attacks = sieges.flatMap(({ attack }) => attack ?? [])
  return {
    what: `other requests, hostile names against: ${kind}`,
    measured: `p99 ${count(latency.p99)} ms`,
    latency,
    checks: attacks.length === 0 ? [] : [atMost(latency.p99, 50, ' ms p99')],
    note: attacks.length === 0 ? 'for comparison' : attackNote(attacks),
  }
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
