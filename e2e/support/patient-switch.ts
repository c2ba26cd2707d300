import { setTimeout as sleep } from 'node:timers/promises'
import { leafReport, postNode, type Report } from './fabric.ts'

/** What a switch was answered: as it came, once the server was there to answer. */
export type Answer = { readonly status: number; readonly text: string }

/** How long a switch goes on trying, in ms. */
const PATIENCE_MS = 180_000

/** A switch that tries again when a connection breaks, and takes every answer for what it is. */
export type PatientSwitch = {
  /** POST /nodes */
  register(): Promise<Answer>
  /** GET /nodes/ID */
  definition(): Promise<Answer>
  /** POST /nodes/ID/events: the run succeeded. */
  reportSuccess(): Promise<Answer>
}

/**
 * @param urls where servers listen at the moment; any of them will do
 * @param report what it posts
 */
export function patientSwitch(
  id: string,
  urls: () => readonly string[],
  report: Report = leafReport(id),
): PatientSwitch {
  async function ask(request: (url: string) => Promise<Response>): Promise<Answer> {
    const deadline = Date.now() + PATIENCE_MS
    for (let pause = 20; ; pause = Math.min(2 * pause, 1_000)) {
      const answer = await tryOne(request)
      if (answer !== undefined) return answer
      if (Date.now() > deadline) throw new Error(`${id}: no server answers`)
      await sleep(pause * (0.5 + Math.random() / 2))
    }
  }

  /** @returns undefined when the connection broke, or no server is there */
  async function tryOne(request: (url: string) => Promise<Response>): Promise<Answer | undefined> {
    const there = urls()
    const url = there[Math.floor(Math.random() * there.length)]
    if (url === undefined) return undefined
    try {
      const response = await request(url)
      return { status: response.status, text: await response.text() }
    } catch {
      return undefined
    }
  }

  return {
    register: () => ask((url) => postNode(url, report)),
    definition: () => ask((url) => fetch(`${url}/nodes/${id}`)),
    reportSuccess: () =>
      ask((url) =>
        fetch(`${url}/nodes/${id}/events`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ stage: 'bootstrap', status: 'succeeded' }),
        }),
      ),
  }
}
