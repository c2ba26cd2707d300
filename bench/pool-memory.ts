import { setTimeout as wait } from 'node:timers/promises'
import { addFiles, makeDataRoot } from './data-root.ts'
import { nodeFiles } from './fabric.ts'
import { demandStatus, load } from './load.ts'
import type { Load } from './load-plan.ts'
import { atMost, count, type Effort, inRounds, type Row, type Scenario } from './scenario.ts'
import { type Server, withServer } from './server.ts'
import { median, medianLatency } from './statistics.ts'

const ENTRIES = 1_000_000
/** Allocations one after another, then so many at once. */
const IN_TURN = 20
const AT_ONCE = 1_000
const SETTLE_MS = 2_000
const MIB = 1024 ** 2

/** The nodes by the first part of their names. What serving as such takes is taken before. */
const POOL_OF = { before: 'small', first: 'large', turn: 'large', once: 'large' }

type Kind = 'mostly free' | 'mostly held'
const KINDS: readonly Kind[] = ['mostly free', 'mostly held']

export const poolMemory: Scenario = {
  name: 'pool-memory',
  async run(folder, effort) {
    const rows: Row[] = []
    for (const kind of KINDS) rows.push(...(await measure(folder, effort, kind)))
    return rows
  },
}

type Round = {
  /** MiB: of the file, and what the server grew by: after the load and at most. */
  readonly file: number
  readonly growth: number
  readonly peak: number
  readonly first: number
  readonly inTurn: Load
  readonly atOnce: Load
}

async function measure(folder: string, effort: Effort, kind: Kind): Promise<readonly Row[]> {
  const rounds = await inRounds(effort.rounds, (round) => {
    const own = `${folder}/${kind.replace(' ', '-')}-${round}`
    const file = prepare(own, kind)
    return withServer(own, (server) => grow(server, file))
  })
  const of = (figure: (round: Round) => number): number => median(rounds.map(figure))
  const [growth, peak] = [of((each) => each.growth), of((each) => each.peak)]
  const what = `pool of ${count(ENTRIES)} entries, ${kind}`
  return [
    {
      what: `${what}: RSS growth`,
      measured: `${count(growth)} MiB`,
      checks: [atMost(growth, 50, ' MiB')],
      note: `a file of ${count(of((each) => each.file))} MiB, after ${IN_TURN + 1} allocations; ${count(peak)} MiB at most; the server had served a small pool before`,
    },
    {
      what: `${what}: ${IN_TURN} nodes one by one`,
      measured: `${count(of(({ inTurn }) => inTurn.answers / inTurn.seconds))}/s`,
      latency: medianLatency(rounds.map(({ inTurn }) => inTurn.latency)),
      checks: [],
      note: `the first, which reads the pool, took ${count(of((each) => each.first))} ms; ${count(AT_ONCE)} at once: ${count(of(({ atOnce }) => atOnce.answers / atOnce.seconds))}/s`,
    },
  ]
}

/** @returns the size of the pool file, MiB */
function prepare(folder: string, kind: Kind): number {
  makeDataRoot(folder, {})
  const free = kind === 'mostly held' ? ENTRIES / 50 : ENTRIES
  const lines = Array.from({ length: ENTRIES }, (_, at) => {
    const holder = at < ENTRIES - free ? `JPE${14_000_000 + at}` : 'null'
    return `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}/16: ${holder}\n`
  })
  const text = lines.join('')
  addFiles(folder, {
    'resources/large': text,
    'resources/small': lines.slice(-2 * AT_ONCE).join(''),
  })
  for (const [name, pool] of Object.entries(POOL_OF)) {
    for (const id of idsOf(name, AT_ONCE)) {
      addFiles(folder, nodeFiles(id, 0, definition(pool)))
    }
  }
  return text.length / MIB
}

function definition(pool: string): string {
  return `name: leaf\nactions:\n  - action: add_config\n    attributes: {address: "allocate('${pool}')"}\n`
}

function idsOf(name: string, size: number): readonly string[] {
  return Array.from({ length: size }, (_, at) => `${name}-${at}`)
}

async function grow(server: Server, file: number): Promise<Round> {
  await ask(server, idsOf('before', IN_TURN), 1)
  await wait(SETTLE_MS)
  const before = server.memory()
  const first = await ask(server, idsOf('first', 1), 1)
  const inTurn = await ask(server, idsOf('turn', IN_TURN), 1)
  await wait(SETTLE_MS)
  const after = server.memory()
  const [growth, peak] = [after.now - before.now, after.peak - before.now]
  const atOnce = await ask(server, idsOf('once', AT_ONCE), AT_ONCE)
  return { file, growth, peak, first: first.latency.max, inTurn, atOnce }
}

async function ask(server: Server, ids: readonly string[], connections: number): Promise<Load> {
  const requests = ids.map((id) => ({ method: 'GET' as const, path: `/nodes/${id}` }))
  const { origin } = server
  const plan = { kind: 'each', origin, requests, connections } as const
  return demandStatus(await load(plan), '200')
}
