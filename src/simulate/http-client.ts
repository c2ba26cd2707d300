import { createHash } from 'node:crypto'
import { Agent, type Dispatcher } from 'undici'
import type { Answer, HttpClient, Request } from './exchange.ts'

export type HttpClientOptions = {
  /** Open connections at most, all switches together. */
  readonly connections: number
  /** Seconds for a connection, for the first byte, and between two parts of a body. */
  readonly timeout: number
}

/** Real HTTP, over a bounded number of kept connections. */
export function createHttpClient({ connections, timeout }: HttpClientOptions): HttpClient {
  const milliseconds = timeout * 1000
  const agent = new Agent({
    connections,
    connect: { timeout: milliseconds },
    headersTimeout: milliseconds,
    bodyTimeout: milliseconds,
  })
  return {
    send: (request) => send(agent, request),
    close: () => agent.close(),
  }
}

async function send(agent: Agent, request: Request): Promise<Answer> {
  const { origin, path } = splitUrl(request.url)
  const { statusCode, headers, body } = await agent.request({
    origin,
    path,
    method: request.method,
    headers: request.headers,
    body: request.body ?? null,
  })
  const [contentType = ''] = textOf(headers['content-type']).toLowerCase().split(';')
  return {
    status: statusCode,
    contentType: contentType.trim(),
    location: headers.location === undefined ? undefined : textOf(headers.location),
    ...(await received(body, request.want)),
  }
}

/** Split by hand: the URL class would tidy up the very path that is to be tried. */
function splitUrl(url: string): { readonly origin: string; readonly path: string } {
  const [, origin = '', path = ''] = /^([a-z]+:\/\/[^/?#]*)([^#]*)/i.exec(url) ?? []
  if (origin === '') throw new Error(`${url} is not an http URL`)
  return { origin, path: path.startsWith('/') ? path : `/${path}` }
}

function textOf(header: string | string[] | undefined): string {
  return Array.isArray(header) ? (header[0] ?? '') : (header ?? '')
}

type Received = Pick<Answer, 'body' | 'size' | 'sha1' | 'sha256'>

/** Hashes as it goes; a body that is only measured is never in memory whole. */
async function received(
  body: Dispatcher.ResponseData['body'],
  want: Request['want'],
): Promise<Received> {
  const sha1 = createHash('sha1')
  const sha256 = createHash('sha256')
  const kept: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    const bytes: Uint8Array = chunk
    sha1.update(bytes)
    sha256.update(bytes)
    size += bytes.length
    if (want === 'keep') kept.push(bytes)
  }
  return {
    body: Buffer.concat(kept),
    size,
    sha1: sha1.digest('hex'),
    sha256: sha256.digest('hex'),
  }
}
