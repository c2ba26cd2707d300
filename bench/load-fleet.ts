import { leafReport } from './fabric.ts'
import type { Load, Plan } from './load-plan.ts'
import { checkAllocations, createHttpClient, runFleet } from './product.ts'
import { latencyOf } from './statistics.ts'

const TIMEOUT_SECONDS = 60

/**
 * The product's own virtual switches, each through the whole protocol.
 *
 * @throws when an entry of a pool was given to two
 */
export async function runFleetOf(plan: Extract<Plan, { kind: 'fleet' }>): Promise<Load> {
  const { origin, switches, concurrency, tag } = plan
  const fleet = Array.from({ length: switches }, (_, at) => {
    const report = leafReport(`${tag}${at}`, at)
    return { ...report, name: report.serialnumber }
  })
  const http = createHttpClient({ connections: concurrency, timeout: TIMEOUT_SECONDS })
  const started = performance.now()
  const runs = await runFleet(fleet, {
    bootUrl: `${origin}/bootstrap`,
    identifier: 'serialnumber',
    concurrency,
    http,
    clock: { now: () => performance.now() },
    observe: () => {},
  })
  const seconds = (performance.now() - started) / 1000
  await http.close()
  const failed = runs.flatMap((each) => (each.kind === 'failed' ? each.failure.reason : []))
  const requests = runs.reduce((sum, each) => sum + each.exchanges.length, 0)
  const { duplicates, allocations } = checkAllocations(runs)
  if (duplicates.length > 0) throw new Error(`entries held twice: ${JSON.stringify(duplicates)}`)
  return {
    seconds,
    answers: runs.length,
    bytes: 0,
    statuses: { provisioned: runs.length - failed.length, failed: failed.length },
    latency: latencyOf(runs.map((each) => each.milliseconds)),
    bodies: [...new Set(failed), `${requests} requests and ${allocations} allocations`],
  }
}
