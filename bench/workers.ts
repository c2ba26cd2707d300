import { makeDefinitions } from './definition.ts'
import { answeredPerSecond, demandStatus, load, measuredLoad } from './load.ts'
import type { Plan, PlannedRequest } from './load-plan.ts'
import { atLeast, count, inRounds, rate, type Scenario } from './scenario.ts'
import { type Cpu, withServer } from './server.ts'
import { median } from './statistics.ts'
import { CONNECTIONS, medianCpu } from './steady.ts'

export const workers: Scenario = {
  name: 'workers',
  async run(folder, { rounds, seconds }) {
    const requests = makeDefinitions(folder)
    // In turn, so that both meet the machine in the same moods.
    const pairs = await inRounds(rounds, async () => ({
      one: await measure(folder, requests, 1, seconds),
      two: await measure(folder, requests, 2, seconds),
    }))
    const medianOf = (of: (pair: (typeof pairs)[number]) => number) => median(pairs.map(of))
    const ratio = medianOf(({ one, two }) => two.rate / one.rate)
    const cpu = medianOf(({ one, two }) => two.cpu.all / one.cpu.all)
    return [
      {
        what: 'definitions, workers = 2',
        measured: rate(medianOf(({ two }) => two.rate)),
        cpu: medianCpu(pairs.map(({ two }) => two)),
        checks: [],
        note: 'the load takes its share of the processors',
      },
      {
        what: 'its rate against workers = 1',
        measured: `${count(ratio)} ×`,
        checks: [atLeast(ratio, 1.5, ' ×')],
        note: `workers = 1: ${rate(medianOf(({ one }) => one.rate))}`,
      },
      {
        what: 'its processor time for an answer against workers = 1',
        measured: `${count(cpu)} ×`,
        checks: [],
        note: 'at 1 ×, as many workers as there are free processors answer as many times as much',
      },
    ]
  },
}

const WARM_UP_SECONDS = 4

type Figures = { readonly rate: number; readonly cpu: Cpu }

/** Answers a second, and what each costs, of a server with so many workers. */
function measure(
  folder: string,
  requests: readonly PlannedRequest[],
  size: number,
  seconds: number,
): Promise<Figures> {
  const plan = (origin: string, time: number): Plan => ({
    kind: 'each',
    origin,
    requests,
    connections: CONNECTIONS,
    seconds: time,
  })
  return withServer(
    folder,
    async (server) => {
      await load(plan(server.origin, WARM_UP_SECONDS))
      const result = demandStatus(await measuredLoad(server, plan(server.origin, seconds)), '200')
      return { rate: answeredPerSecond(result, '200'), cpu: result.cpu }
    },
    `workers = ${size}\n`,
  )
}
