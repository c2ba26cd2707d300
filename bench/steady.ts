import { answeredPerSecond, demandStatus, load, type Measured, measuredLoad } from './load.ts'
import type { Plan } from './load-plan.ts'
import { atLeast, type Effort, inRounds, type Row, rate } from './scenario.ts'
import type { Cpu, Server } from './server.ts'
import { median, medianLatency } from './statistics.ts'

/** How many switches ask at one time, each over a connection of its own. */
export const CONNECTIONS = 32
const WARM_UP_SECONDS = 1

type Steady = {
  readonly server: Server
  readonly what: string
  readonly plan: (seconds: number) => Plan
  /** Requests a second. */
  readonly least?: number
}

/** As many requests as the server answers, in rounds after a warm-up; all must be answered 200. */
export async function steadyLoad(
  { server, what, plan, least }: Steady,
  effort: Effort,
): Promise<Row> {
  await load(plan(WARM_UP_SECONDS))
  const rounds = await inRounds(effort.rounds, async () =>
    demandStatus(await measuredLoad(server, plan(effort.seconds)), '200'),
  )
  return rateRow(what, rounds, '200', least)
}

/** @param status the answers that count */
export function rateRow(
  what: string,
  rounds: readonly Measured[],
  status: string,
  least?: number,
): Row {
  const perSecond = median(rounds.map((each) => answeredPerSecond(each, status)))
  return {
    what,
    measured: rate(perSecond),
    latency: medianLatency(rounds.map((each) => each.latency)),
    cpu: medianCpu(rounds),
    checks: least === undefined ? [] : [atLeast(perSecond, least, '/s')],
  }
}

export function medianCpu(rounds: readonly { readonly cpu: Cpu }[]): Cpu {
  return {
    all: median(rounds.map(({ cpu }) => cpu.all)),
    loop: median(rounds.map(({ cpu }) => cpu.loop)),
  }
}
