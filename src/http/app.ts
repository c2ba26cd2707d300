import { Socket } from 'node:net'
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify'
import { pathPrefix } from '../config/server-url.ts'
import type { ZtpError } from '../kernel/errors.ts'
import type { Logger } from '../kernel/logger.ts'
import { answerError, answerToBroken } from './answer-error.ts'
import { clientAddresses, type ProxyTrust, peerOf, trustedPeer } from './client-address.ts'
import { warnSeldom } from './seldom.ts'
import { handOver, type Sendfile } from './switch/hand-over.ts'
import { withoutPrefix } from './switch/paths.ts'
import type { BodyLimits } from './switch/route.ts'
import { methodsOf } from './switch/routes.ts'
import { sendError } from './switch/send-error.ts'
import type { SwitchService } from './switch/service.ts'
import { addSwitchRoutes } from './switch/switch-api.ts'

/** Limits of one connection; sizes in bytes, times in milliseconds. */
export type HttpLimits = {
  readonly bodies: BodyLimits
  readonly url: number
  readonly headers: number
  /** From the first byte of a request to its last. */
  readonly requestTime: number
  /** Without a byte in either direction. */
  readonly idleTime: number
  readonly keepAliveTime: number
}

/** The application as Fastify holds it. */
export type HttpApp = FastifyInstance

export type HttpOptions = {
  readonly service: SwitchService
  readonly limits: HttpLimits
  readonly proxies: ProxyTrust
  readonly sendfile: Sendfile
  readonly logger: Logger
}

/**
 * The application, apart from any socket: a gate hands its server connections in the standalone
 * server, and its `routing` function is the `(req, res)` handler for every other.
 */
export function buildApp({ service, limits, proxies, sendfile, logger }: HttpOptions): HttpApp {
  const prefix = pathPrefix(service.serverUrl)
  const warn = warnSeldom(logger)
  const app = Fastify({
    logger: false,
    exposeHeadRoutes: true,
    schemaController: NO_SCHEMAS,
    bodyLimit: limits.bodies.nodeReport,
    routerOptions: { maxParamLength: limits.url },
    connectionTimeout: limits.idleTime,
    requestTimeout: limits.requestTime,
    keepAliveTimeout: limits.keepAliveTime,
    forceCloseConnections: 'idle',
    // What arrives on an open connection while the server stops is answered like the rest.
    return503OnClosing: false,
    clientErrorHandler(error, socket) {
      if (isTls(error)) warn(`${addressOf(socket)}: spoke TLS; this port is for plain http`)
      if (socket.writable && error.code !== 'ECONNRESET') socket.write(answerToBroken(error.code))
      socket.destroy(error)
    },
    http: { maxHeaderSize: limits.headers, connectionsCheckingInterval: checkEvery(limits) },
    rewriteUrl: (request) =>
      withoutPrefix(request.url ?? '/', prefix, (path) => methodsOf(path).length > 0),
    frameworkErrors: (_error, _request, reply) => {
      sendError(reply, 'ZTP_NOT_FOUND', 'the path is not correctly encoded')
    },
  })
  const clientOf = clientAddresses(proxies)
  app.decorateRequest('clientAddress', {
    getter() {
      return clientOf(this.raw)
    },
  })
  answerInTurn(app)
  acceptAnyBody(app)
  limitUrl(app, limits.url)
  logRequests(app, logger)
  app.setErrorHandler((error: FastifyError | ZtpError, _request, reply) =>
    answerError(error, reply, logger),
  )
  addSwitchRoutes(app, service, limits.bodies, handOver(sendfile, trustedPeer(proxies)))
  return app
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent it, front servers that we trust left out: see clientAddresses. */
    readonly clientAddress: string
  }
}

/** Whether what the HTTP parser refused is the beginning of a TLS connection. */
function isTls(refused: object): boolean {
  const bytes = 'rawPacket' in refused ? refused.rawPacket : undefined
  return Buffer.isBuffer(bytes) && bytes[0] === 0x16 && bytes[1] === 0x03
}

function addressOf(socket: object): string {
  return socket instanceof Socket ? peerOf(socket) : 'a client'
}

/** How often Node looks for requests that take too long, in milliseconds. */
function checkEvery({ requestTime }: HttpLimits): number {
  return Math.min(30_000, Math.ceil(requestTime / 4))
}

/** No route has a JSON schema: the default compilers would cost a tenth of the start for nothing. */
const NO_SCHEMAS = {
  compilersFactory: { buildValidator: () => noSchema, buildSerializer: () => noSchema },
}

function noSchema(): never {
  throw new Error('a route has a JSON schema: give Fastify its compilers back')
}

/**
 * A request that was sent before the answer to an earlier one of its connection is through waits
 * for it: a client that pipelines a thousand downloads would have as many files open at once, and
 * those that never get their turn, since the client went away, would stay open.
 *
 * Node may give an answer its turn on a connection that has closed already, and then neither takes
 * its bytes nor says so: whoever writes would wait for ever, a file open. So the answer is ended.
 */
function answerInTurn(app: HttpApp): void {
  app.addHook('onRequest', (_request, { raw }, done) => {
    if (raw.socket !== null) return done()
    raw.once('socket', (socket: Socket) => {
      if (socket.destroyed) raw.destroy()
      queueMicrotask(done)
    })
  })
}

/** Old clients send whatever Content-Type they like, or none: it is not looked at. */
function acceptAnyBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addHook('onRequest', async (request) => {
    request.raw.headers['content-type'] = 'application/octet-stream'
  })
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
}

function limitUrl(app: FastifyInstance, longest: number): void {
  app.addHook('onRequest', async (request, reply) => {
    if ((request.raw.url ?? '').length <= longest) return
    await sendError(reply, 'ZTP_URL_TOO_LONG', `the URL is longer than ${longest} characters`)
  })
}

function logRequests(app: HttpApp, logger: Logger): void {
  app.addHook('onRequest', async (request, reply) => {
    const { method, clientAddress, originalUrl } = request
    // Fastify's own clock runs only with its own log.
    const began = performance.now()
    // Not onResponse: a file goes to the socket past Fastify, and a client may hang up.
    reply.raw.once('close', () => {
      const { statusCode, writableFinished } = reply.raw
      const time = `${(performance.now() - began).toFixed(1)} ms`
      const end = writableFinished ? time : `${time}, cut short`
      logger.debug(`${clientAddress} ${method} ${originalUrl} ${statusCode} ${end}`)
    })
  })
}
