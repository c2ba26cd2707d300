import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { reasonOf, ZtpError } from '../kernel/errors.ts'

export type Address = { readonly host: string; readonly port: number }

/** How long requests in flight may go on after a stop was asked for, in milliseconds. */
const PATIENCE_MS = 10_000

/** Connections on which no request was ever complete; Node does not count them as idle. */
const silent = new WeakMap<FastifyInstance, Set<Socket>>()

/**
 * Binds the application to an address.
 *
 * @returns the URL to reach it at
 * @throws ZtpError ZTP_CANNOT_LISTEN: the port is in use, or may not be bound
 */
export async function listen(app: FastifyInstance, { host, port }: Address): Promise<string> {
  silent.set(app, watchSilent(app))
  try {
    await app.listen({ host, port })
  } catch (thrown) {
    throw new ZtpError('ZTP_CANNOT_LISTEN', cannotListen({ host, port }, thrown), thrown)
  }
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function cannotListen({ host, port }: Address, thrown: unknown): string {
  const where = `cannot listen on ${host} port ${port}`
  switch (errnoOf(thrown)) {
    case 'EADDRINUSE':
      return `${where}: another program listens there; stop it, or set another port in [server]`
    case 'EACCES':
      return `${where}: not permitted; ports below 1024 need root or CAP_NET_BIND_SERVICE`
    case 'EADDRNOTAVAIL':
      return `${where}: this machine has no such address; see [server] interface`
    default:
      return `${where}: ${reasonOf(thrown)}`
  }
}

function errnoOf(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
}

function watchSilent({ server }: FastifyInstance): Set<Socket> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('request', ({ socket }: IncomingMessage) => sockets.delete(socket))
  return sockets
}

/** Takes no more requests, lets those in flight end, and cuts what is left after the limit. */
export async function stopListening(app: FastifyInstance): Promise<void> {
  for (const socket of silent.get(app) ?? []) socket.destroy()
  const cut = setTimeout(() => app.server.closeAllConnections(), PATIENCE_MS)
  await app.close()
  clearTimeout(cut)
}
