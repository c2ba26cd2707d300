import { makeDefinitions } from './definition.ts'
import { lightLoad, loadProgram } from './light-load.ts'
import { atLeast, count, inRounds, rate, type Scenario } from './scenario.ts'
import { type Cpu, withServer } from './server.ts'
import { median } from './statistics.ts'
import { CONNECTIONS, medianCpu } from './steady.ts'

export const workers: Scenario = {
  name: 'workers',
  async run(folder, { rounds, seconds }) {
    const paths = makeDefinitions(folder).map(({ path }) => path)
    // In turn, so that both meet the machine in the same moods.
    const pairs = await inRounds(rounds, async () => ({
      one: await measure(folder, paths, 1, seconds),
      two: await measure(folder, paths, 2, seconds),
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
        note: `the load, by ${loadProgram()}, takes its share of the processors`,
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
  paths: readonly string[],
  size: number,
  seconds: number,
): Promise<Figures> {
  return withServer(
    folder,
    async ({ origin, cpu }) => {
      const plan = { origin, paths, connections: CONNECTIONS }
      await lightLoad(folder, { ...plan, seconds: WARM_UP_SECONDS })
      const before = cpu()
      const perSecond = await lightLoad(folder, { ...plan, seconds })
      const after = cpu()
      const answers = perSecond * seconds
      return {
        rate: perSecond,
        cpu: {
          all: (after.all - before.all) / answers,
          loop: (after.loop - before.loop) / answers,
        },
      }
    },
    `workers = ${size}\n`,
  )
}
