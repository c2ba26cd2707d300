import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { pipeline } from 'node:stream'

/** What happens to the answer to one request, after so many bytes of it. */
export type Fault =
  /** The connection breaks. */
  | { readonly kind: 'cut'; readonly after: number }
  /** One bit of the byte arrives wrong. */
  | { readonly kind: 'damage'; readonly after: number }

/** What a client asked for. */
export type Asked = {
  /** `GET /files/image` */
  readonly request: string
  /** The value of its Range header. */
  readonly range: string | undefined
}

/** A bad line between a switch and a server: TCP, with faults for the answers about one path. */
export type CuttingProxy = {
  readonly url: string
  /** Where connections go from now on. */
  forwardTo(port: number): void
  /** The next answers to GETs of `path` suffer these, one each; those after them none. */
  spoil(path: string, faults: readonly Fault[]): void
  /** What was asked for since the last `spoil`, oldest first. */
  asked(request: string): readonly Asked[]
  close(): Promise<void>
}

/** Listens on a free port of the loopback. Every connection must carry one request only. */
export async function startCuttingProxy(): Promise<CuttingProxy> {
  let target = 0
  let spoiled = ''
  let faults: Fault[] = []
  let seen: Asked[] = []
  const sockets = new Set<Socket>()
  const listener = createServer(async (client) => {
    sockets.add(client)
    client.on('error', () => undefined)
    client.once('close', () => sockets.delete(client))
    const [head] = await once(client, 'data').catch(() => [])
    if (!(head instanceof Buffer)) return
    client.pause()
    const asked = askedIn(head.toString('latin1'))
    seen.push(asked)
    const fault = asked.request === `GET ${spoiled}` ? faults.shift() : undefined
    const server = connect(target, '127.0.0.1')
    server.write(head)
    // Whoever ends first ends both: that is how a line breaks, and how an answer ends.
    pipeline(client, server, () => undefined)
    pipeline(
      server,
      (answer) => suffer(answer, fault),
      client,
      () => undefined,
    )
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    url: `http://127.0.0.1:${port}`,
    forwardTo(serverPort) {
      target = serverPort
    },
    spoil(path, next) {
      spoiled = path
      faults = [...next]
      seen = []
    },
    asked: (request) => seen.filter((each) => each.request === request),
    async close() {
      for (const socket of sockets) socket.destroy()
      listener.close()
      await once(listener, 'close')
    },
  }
}

function askedIn(head: string): Asked {
  const [, request = ''] = /^(\S+ [^\s?]+)/.exec(head) ?? []
  return { request, range: /^range: *(.*)\r$/im.exec(head)?.[1] }
}

/** An answer's bytes as they arrive. */
async function* suffer(answer: AsyncIterable<Buffer>, fault: Fault | undefined) {
  let passed = 0
  for await (const chunk of answer) {
    const at = (fault?.after ?? Number.POSITIVE_INFINITY) - passed
    passed += chunk.length
    if (at < 0 || at >= chunk.length) yield chunk
    else if (fault?.kind === 'cut') {
      yield chunk.subarray(0, at)
      throw new Error('cut')
    } else {
      const damaged = Buffer.from(chunk)
      damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at)
      yield damaged
    }
  }
}
