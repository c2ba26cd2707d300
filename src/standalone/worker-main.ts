import { setTimeout as wait } from 'node:timers/promises'
import { followOrders } from '../process/workers/follow-orders.ts'
import { openLog } from './open-log.ts'
import { startServing } from './serving.ts'
import type { WorkerNews, WorkerStart } from './workers.ts'

// Whoever starts and stops the server means the process that forked this one, which will tell.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})

let patienceMs = 0

process.exitCode = await followOrders<WorkerStart, WorkerNews>(
  process,
  async ({ settings, debug, certificate }) => {
    patienceMs = settings.stopTimeoutMs
    const clock = { now: () => Date.now() }
    const around = { clock, pid: process.pid, logStream: process.stderr }
    const { logger, reopen } = await openLog(settings, debug, around)
    const outside = { logger, clock, environment: process.env }
    const { take, useCertificate, stop } = await startServing(settings, certificate, outside)
    return {
      take,
      hear(news) {
        if (news.kind === 'certificate') useCertificate(news.certificate)
        else void reopen()
      },
      async stop(cut) {
        await stop(cut)
        await logger.flush()
      },
    }
  },
  () => wait(patienceMs, undefined, { ref: false }),
)
if (process.connected) process.disconnect()
// A thread in the middle of something that nobody waits for any more does not keep the process.
setTimeout(() => process.exit(), 500).unref()
