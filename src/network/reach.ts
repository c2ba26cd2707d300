import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { get as httpGet, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { get as httpsGet } from 'node:https'
import { createServer } from 'node:net'
import { reasonOf } from '../kernel/errors.ts'
import type { Answer, Binding } from '../provision/doctor/ports.ts'

/** A switch gives up later; whoever waits at a terminal does not want to. */
const PATIENCE_MS = 5_000
/** No bootstrap script is longer. */
const MOST_BYTES = 1024 * 1024

/**
 * GETs a URL, on whatever port, and follows no redirection: what a switch posts would not either.
 * 5 s without the whole of an answer are a failure.
 */
export async function ask(url: string): Promise<Answer> {
  const signal = AbortSignal.timeout(PATIENCE_MS)
  try {
    const answer = await answerOf(url, signal)
    const { statusCode: status = 0, headers } = answer
    return { kind: 'answered', status, text: await beginningOf(answer), ...timeOf(headers) }
  } catch (thrown) {
    if (signal.aborted) return { kind: 'failed', reason: `no answer in ${PATIENCE_MS / 1000} s` }
    // Of a name with several addresses, none of which answers.
    const [first = thrown]: readonly unknown[] =
      thrown instanceof AggregateError ? thrown.errors : []
    return { kind: 'failed', reason: reasonOf(first) }
  }
}

function answerOf(url: string, signal: AbortSignal): Promise<IncomingMessage> {
  const get = /^https:/i.test(url) ? httpsGet : httpGet
  return new Promise((resolve, reject) => {
    get(url, { signal, agent: false }, resolve).on('error', reject)
  })
}

async function beginningOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of answer) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= MOST_BYTES) break
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** The sender's clock: what a cache answers with is as old as it says (RFC 9111, 5.1). */
function timeOf({ age = '0', date = '' }: IncomingHttpHeaders): { readonly time?: number } {
  const time = new Date(Date.parse(date) + Number(age) * 1000).getTime()
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
  // A machine without IPv6, and a link-local address without its interface.
  EAFNOSUPPORT: 'no-such-address',
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
