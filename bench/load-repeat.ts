import autocannon from 'autocannon'
import type { Load, Plan } from './load-plan.ts'
import { latencyOf } from './statistics.ts'

/** The same GET, again and again on every connection, each after the answer to the one before. */
export function repeat(plan: Extract<Plan, { kind: 'repeat' }>): Promise<Load> {
  const { origin, path, connections, seconds } = plan
  const samples: number[] = []
  const statuses: Record<string, number> = {}
  let bytes = 0
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const options = { url: `${origin}${path}`, connections, duration: seconds }
    const running = autocannon(options, (fault: Error | null, { errors }) => {
      if (fault !== null) return reject(fault)
      if (errors > 0) statuses.failed = errors
      resolve({
        seconds: (performance.now() - started) / 1000,
        answers: samples.length + errors,
        bytes,
        statuses,
        latency: latencyOf(samples),
        bodies: [],
      })
    })
    // Its own histogram has whole milliseconds only.
    running.on('response', (_client, status, length, milliseconds) => {
      samples.push(milliseconds)
      statuses[status] = (statuses[status] ?? 0) + 1
      bytes += length
    })
  })
}
