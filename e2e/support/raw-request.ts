import { once } from 'node:events'
import { connect } from 'node:net'

export type RawAnswer = {
  readonly status: number
  readonly reason: string
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

export type RawRequest = {
  readonly port: number
  readonly method?: string
  /** Goes on the wire as it is: nothing is normalised or encoded. */
  readonly target: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** One HTTP/1.1 exchange over a socket of its own, byte for byte as written here. */
export async function rawRequest(request: RawRequest): Promise<RawAnswer> {
  const body = Buffer.from(request.body ?? '')
  const headers = {
    host: `127.0.0.1:${request.port}`,
    connection: 'close',
    ...(request.body === undefined ? {} : { 'content-length': String(body.length) }),
    ...request.headers,
  }
  const head = [
    `${request.method ?? 'GET'} ${request.target} HTTP/1.1`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ]
  return parseAnswer(
    await exchange(
      request.port,
      Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]),
    ),
  )
}

/** Sends bytes and collects what comes back until the server closes. */
export async function exchange(port: number, bytes: Uint8Array): Promise<Buffer> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = new Promise<void>((resolve, reject) => {
    socket.on('close', () => resolve())
    // A server that refuses a body resets the connection after its answer.
    socket.on('error', (fault) => (chunks.length > 0 ? resolve() : reject(fault)))
  })
  socket.write(bytes)
  await ended
  return Buffer.concat(chunks)
}

function parseAnswer(bytes: Buffer): RawAnswer {
  const split = bytes.indexOf('\r\n\r\n')
  if (split < 0) throw new Error(`no HTTP answer: ${bytes.toString('latin1').slice(0, 200)}`)
  const [start = '', ...lines] = bytes.subarray(0, split).toString('latin1').split('\r\n')
  const [, status = '0', reason = ''] = /^HTTP\/1\.1 (\d+) ?(.*)$/.exec(start) ?? []
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
    }),
  )
  const rest = bytes.subarray(split + 4)
  const body = headers.get('transfer-encoding') === 'chunked' ? unchunk(rest) : rest
  return { status: Number(status), reason, headers, body }
}

function unchunk(bytes: Buffer): Buffer {
  const chunks: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf('\r\n', at)
    const size = Number.parseInt(bytes.subarray(at, end).toString('latin1'), 16)
    if (!(size > 0)) break
    chunks.push(bytes.subarray(end + 2, end + 2 + size))
    at = end + 2 + size + 2
  }
  return Buffer.concat(chunks)
}
