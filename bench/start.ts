import { setTimeout as wait } from 'node:timers/promises'
import { bootstrapScript, makeDataRoot } from './data-root.ts'
import { definition, neighbordb } from './fabric.ts'
import { atMost, count, inRounds, type Scenario } from './scenario.ts'
import { withServer } from './server.ts'
import { latencyOf, median } from './statistics.ts'

const SETTLE_MS = 2_000

export const start: Scenario = {
  name: 'start',
  async run(folder, effort) {
    makeDataRoot(folder, {
      'bootstrap/bootstrap': bootstrapScript(),
      'definitions/leaf': definition(10),
      neighbordb: neighbordb(1_000),
    })
    const starts = await inRounds(effort.quick ? 5 : 15, () =>
      withServer(folder, async ({ startMs }) => startMs),
    )
    const idle = await inRounds(effort.rounds, () =>
      withServer(folder, async ({ memory }) => {
        await wait(SETTLE_MS)
        return memory().now
      }),
    )
    const startMs = median(starts)
    const idleMib = median(idle)
    return [
      {
        what: 'start to listening',
        measured: `${count(startMs)} ms`,
        latency: latencyOf(starts),
        checks: [atMost(startMs, 500, ' ms')],
      },
      {
        what: 'idle RSS',
        measured: `${count(idleMib)} MiB`,
        checks: [atMost(idleMib, 100, ' MiB')],
        note: `${SETTLE_MS / 1000} s after the start`,
      },
    ]
  },
}
