import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { Logger } from '../../kernel/logger.ts'
import type { Endpoint } from './endpoint.ts'
import type { SocketFile, SocketFiles } from './socket-files.ts'
import { startListening } from './start-listening.ts'
import { listenOnSocket } from './unix-socket.ts'

/**
 * Takes a connection that came in.
 *
 * @param secure whether it begins with a TLS handshake
 */
export type Admit = (socket: Socket, secure: boolean) => void

/** The sockets we listen on. */
export type Entrance = {
  /** One for each: `http://127.0.0.1:8080`, `unix:/run/ztpserver/http.sock`. */
  readonly urls: readonly string[]
  /** From now on connections go there, those that have waited first. */
  admit(to: Admit, logger: Logger): void
  /** Nobody comes in any more. Connections that came in are not touched. */
  close(): Promise<void>
}

export type EntranceOptions = {
  readonly endpoints: readonly Endpoint[]
  /** Whether TCP speaks TLS; unix sockets never do. */
  readonly tls: boolean
  readonly files: SocketFiles
  /** Whether connections go on to other processes: then nothing is read from them here. */
  readonly handOver: boolean
}

/** A bound socket. */
type Door = {
  readonly url: string
  readonly server: Server
  /** Takes away what closing the socket leaves behind. */
  clear(): Promise<void>
}

/**
 * Listens at every endpoint, or at none. Connections wait until they are admitted: a port below
 * 1024 is bound first of all, while the process may, and served when everything else is ready.
 *
 * @throws ZtpError ZTP_CANNOT_LISTEN
 */
export async function openEntrance(options: EntranceOptions): Promise<Entrance> {
  const waiting: Parameters<Admit>[] = []
  let admit: Admit = (...arrival) => void waiting.push(arrival)
  const doors: Door[] = []
  const close = async () => {
    for (const { server } of doors) server.close()
    await Promise.all(doors.map((door) => door.clear()))
  }
  try {
    for (const endpoint of options.endpoints) {
      doors.push(await openDoor(endpoint, options, (...arrival) => admit(...arrival)))
    }
  } catch (thrown) {
    await close()
    throw thrown
  }
  return {
    urls: doors.map(({ url }) => url),
    admit(to, logger) {
      for (const { server, url } of doors) {
        server.on('error', (fault) => logger.error(`${url}: ${fault.message}`))
      }
      admit = to
      for (const arrival of waiting.splice(0)) to(...arrival)
    },
    close,
  }
}

async function openDoor(
  endpoint: Endpoint,
  { files, handOver, tls }: EntranceOptions,
  admit: Admit,
): Promise<Door> {
  // As Node's HTTP server would have them.
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: handOver })
  const file = await bind(server, endpoint, files)
  const address = tcpAddress(server)
  const secure = tls && address !== undefined
  server.on('connection', (socket) => {
    // It may break before anybody else looks at it.
    socket.on('error', () => {})
    admit(socket, secure)
  })
  return { url: urlOf(endpoint, address, secure), server, clear: async () => file?.remove() }
}

/** @returns the file that it made, if any */
async function bind(
  server: Server,
  endpoint: Endpoint,
  files: SocketFiles,
): Promise<SocketFile | undefined> {
  switch (endpoint.kind) {
    case 'unix':
      return listenOnSocket(server, endpoint.path, files)
    case 'inherited': {
      const { fd, name } = endpoint
      await startListening(server, { fd }, `socket ${fd} (${name}) of the service manager`)
      return undefined
    }
    case 'tcp': {
      const { host, port, ipv6Only } = endpoint
      await startListening(server, { host, port, ipv6Only }, `${host} port ${port}`)
      return undefined
    }
  }
}

/** @returns undefined for a unix socket */
function tcpAddress(server: Server): AddressInfo | undefined {
  const address = server.address()
  return address === null || typeof address === 'string' ? undefined : address
}

function urlOf(endpoint: Endpoint, address: AddressInfo | undefined, secure: boolean): string {
  if (endpoint.kind === 'unix') return `unix:${endpoint.path}`
  // Node does not know the path of a socket that it did not make.
  const [name, host] =
    endpoint.kind === 'tcp' ? ['', endpoint.host] : [endpoint.name, address?.address ?? '']
  if (address === undefined) return `unix socket ${name}`
  const bracketed = host.includes(':') ? `[${host}]` : host
  return `${secure ? 'https' : 'http'}://${bracketed}:${address.port}`
}
