import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Logger } from '../kernel/logger.ts'
import type { HttpApp } from './app.ts'
import type { Admit } from './entrance/entrance.ts'
import type { Certificate } from './tls/certificate.ts'
import type { SecureDoor, SecureDoorOptions } from './tls/secure-door.ts'

/** Serves the connections that it is handed. */
export type Gate = {
  readonly take: Admit
  /** The certificate of TLS connections that begin from now on. */
  useCertificate(certificate: Certificate): void
  /**
   * Takes no more requests, and lets those in flight end.
   *
   * @param cut when it resolves, what is left is cut
   */
  stop(cut: Promise<unknown>): Promise<void>
}

/** How often connections are looked for whose last request has ended, in milliseconds. */
const SWEEP_MS = 50
/** How long a connection that came in just before the end may take to send its request. */
const GRACE_MS = 300

export type GateOptions = {
  /** Undefined where no connection is to be secure. */
  readonly certificate?: Certificate | undefined
  readonly logger: Logger
}

/** Puts an application behind a gate. */
export async function openGate(app: HttpApp, { certificate, logger }: GateOptions): Promise<Gate> {
  const { server } = app
  await app.ready()
  const { open, silent } = watchConnections(app)
  // Node watches how long requests take from when its server listens; this one is handed sockets.
  server.emit('listening')
  const admit = (socket: Socket) => void server.emit('connection', socket)
  const door = certificate && (await secureDoor({ certificate, admit, logger }))
  function cutSilent(): void {
    destroyAll(silent)
    door?.cutEarly()
  }

  return {
    take(socket, secure) {
      // Before its first request nobody else looks after it.
      socket.on('error', () => {})
      if (secure && door !== undefined) door.take(socket)
      else admit(socket)
    },
    useCertificate: (next) => door?.use(next),
    async stop(cut) {
      // Answers say from now on that the connection ends with them.
      const closed = app.close()
      // A request may have arrived while this thread was busy: let it be read first.
      setTimeout(() => setImmediate(cutSilent), GRACE_MS)
      cut.then(() => destroyAll(open))
      const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS)
      while (open.size + (door?.early() ?? 0) > 0)
        await new Promise((resolve) => setTimeout(resolve, SWEEP_MS))
      clearInterval(sweep)
      await closed
    },
  }
}

/** Loaded where it is wanted: without TLS nobody waits for its code. */
async function secureDoor(options: SecureDoorOptions): Promise<SecureDoor> {
  const { createSecureDoor } = await import('./tls/secure-door.ts')
  return createSecureDoor(options)
}

function destroyAll(sockets: ReadonlySet<Socket>): void {
  for (const socket of sockets) socket.destroy()
}

/** @returns all, and those without a request so far, which Node does not count as idle */
function watchConnections({ server }: HttpApp) {
  const open = new Set<Socket>()
  const silent = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    silent.add(socket)
    socket.once('close', () => {
      open.delete(socket)
      silent.delete(socket)
    })
  })
  server.on('request', ({ socket }: IncomingMessage) => silent.delete(socket))
  return { open, silent }
}
