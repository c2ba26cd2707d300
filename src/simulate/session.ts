import type { Clock } from '../kernel/clock.ts'
import { reasonOf } from '../kernel/errors.ts'
import type { Answer, Exchange, HttpClient, Request, Step } from './exchange.ts'
import type { RunEvent, Stage } from './outcome.ts'
import { hasDoubleSlash } from './resource-url.ts'
import { RunFailure } from './run-failure.ts'
import type { VirtualSwitch } from './virtual-switch.ts'

export type SessionPorts = {
  readonly http: HttpClient
  readonly clock: Clock
  readonly observe: (event: RunEvent) => void
}

/** One switch on the wire: sends for it, counts for it, says how far it is. */
export type Session = {
  readonly node: VirtualSwitch
  readonly exchanges: readonly Exchange[]
  stage(): Stage
  at(stage: Stage, detail?: string): void
  /** From now on every request names the node. */
  identify(nodeId: string): void
  /** @throws RunFailure when no answer came, or the URL is badly joined */
  send(step: Step, request: Partial<Request> & Pick<Request, 'url'>): Promise<Answer>
}

export function createSession(node: VirtualSwitch, ports: SessionPorts): Session {
  const exchanges: Exchange[] = []
  let current: Stage = 'bootstrap'
  let identity: Readonly<Record<string, string>> = {}

  function at(stage: Stage, detail = ''): void {
    current = stage
    ports.observe({ kind: 'at', name: node.name, stage, detail, requests: exchanges.length })
  }

  async function send(
    step: Step,
    { method = 'GET', url, headers = {}, want = 'keep', body }: Partial<Request> & { url: string },
  ): Promise<Answer> {
    if (hasDoubleSlash(url)) throw new RunFailure(`the path of ${url} has '//' in it`, { url })
    const started = ports.clock.now()
    const record = (status: number | undefined): void => {
      const milliseconds = ports.clock.now() - started
      exchanges.push({ step, method, url, status, milliseconds })
    }
    const request = { method, url, want, headers: { ...identity, ...headers } }
    try {
      const answer = await ports.http.send(body === undefined ? request : { ...request, body })
      record(answer.status)
      return answer
    } catch (thrown) {
      record(undefined)
      throw new RunFailure(`server connection error (${connectionReason(thrown)})`, { url })
    }
  }

  return {
    node,
    exchanges,
    stage: () => current,
    at,
    identify(nodeId) {
      identity = { 'X-Ztps-Node-Id': nodeId }
    },
    send,
  }
}

/** A name with several addresses fails once for each; the first failure is as good as any. */
function connectionReason(thrown: unknown): string {
  return thrown instanceof AggregateError ? reasonOf(thrown.errors[0]) : reasonOf(thrown)
}
