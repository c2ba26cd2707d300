import { setTimeout as rest } from 'node:timers/promises'
import { Client } from 'undici'
import type { Load, Plan, PlannedRequest } from './load-plan.ts'
import { latencyOf } from './statistics.ts'

/** Each connection takes the next request of the list as soon as its last one is answered. */
export async function sendEach(plan: Extract<Plan, { kind: 'each' }>): Promise<Load> {
  const { origin, requests, connections, seconds, keepBodies = false, pauseMs } = plan
  const clients = Array.from({ length: connections }, () => new Client(origin))
  const samples: number[] = []
  const bodies: string[] = []
  const statuses: Record<string, number> = {}
  let bytes = 0
  const started = performance.now()
  const waiting = seconds === undefined ? requests.values() : endless(requests, seconds)

  async function work(client: Client): Promise<void> {
    for (const request of waiting) {
      const sent = performance.now()
      const status = await send(client, request).catch(() => 'failed')
      samples.push(performance.now() - sent)
      statuses[status] = (statuses[status] ?? 0) + 1
      if (pauseMs !== undefined) await rest(pauseMs)
    }
  }

  async function send(client: Client, request: PlannedRequest): Promise<string> {
    const answer = await client.request({ ...request, body: request.body ?? null })
    const body = await answer.body.text()
    bytes += body.length
    if (keepBodies) bodies.push(body)
    return String(answer.statusCode)
  }

  await Promise.all(clients.map(work))
  const elapsed = performance.now() - started
  await Promise.all(clients.map((each) => each.close()))
  const latency = latencyOf(samples)
  return { seconds: elapsed / 1000, answers: samples.length, bytes, statuses, latency, bodies }
}

function* endless(
  requests: readonly PlannedRequest[],
  seconds: number,
): Generator<PlannedRequest, void> {
  const end = performance.now() + seconds * 1000
  for (;;) {
    for (const request of requests) {
      if (performance.now() > end) return
      yield request
    }
  }
}
