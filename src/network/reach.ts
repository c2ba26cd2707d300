import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { reasonOf } from '../kernel/errors.ts'
import type { Answer, Binding } from '../provision/doctor/ports.ts'

/** A switch gives up later; whoever waits at a terminal does not want to. */
const PATIENCE_MS = 5_000

/** GETs a URL; 5 s without an answer are a failure. */
export async function ask(url: string): Promise<Answer> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) })
    await answer.body?.cancel()
    return { kind: 'answered', status: answer.status, ...timeOf(answer.headers) }
  } catch (thrown) {
    // What fetch itself throws says no more than that it failed.
    const cause = thrown instanceof Error ? thrown.cause : undefined
    return { kind: 'failed', reason: reasonOf(cause ?? thrown) }
  }
}

/** The sender's clock: what a cache answers with is as old as it says (RFC 9111, 5.1). */
function timeOf(headers: Headers): { readonly time?: number } {
  const age = Number(headers.get('age') ?? 0)
  const time = new Date(Date.parse(headers.get('date') ?? '') + age * 1000).getTime()
  return Number.isNaN(time) ? {} : { time }
}

/** The addresses of a name, as this machine sees it; none when it is not known. */
export async function resolve(host: string): Promise<readonly string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address)
  } catch {
    return []
  }
}

const BINDINGS: Readonly<Record<string, Binding>> = {
  EADDRINUSE: 'used',
  EACCES: 'forbidden',
  EADDRNOTAVAIL: 'no-such-address',
  EAFNOSUPPORT: 'no-such-address',
  // A link-local address without its interface.
  EINVAL: 'no-such-address',
}

/** Whether one could listen there, by listening for a moment. Other failures are thrown. */
export async function binding(host: string, port: number): Promise<Binding> {
  const server = createServer()
  try {
    server.listen({ host, port, exclusive: true })
    await once(server, 'listening')
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
    const known = BINDINGS[code]
    if (known === undefined) throw thrown
    return known
  }
  server.close()
  await once(server, 'close')
  return 'free'
}
