import { Socket } from 'node:net'
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls'
import { reasonOf } from '../../kernel/errors.ts'
import type { Logger } from '../../kernel/logger.ts'
import { peerOf } from '../client-address.ts'
import { warnSeldom } from '../seldom.ts'
import { wholeAnswer } from '../whole-answer.ts'
import type { Certificate } from './certificate.ts'

/** Makes TLS connections of those that come in. */
export type SecureDoor = {
  take(socket: Socket): void
  /** What handshakes from now on use; connections that are open keep theirs. */
  use(certificate: Certificate): void
  /** How many have not come to the end of their handshake. */
  early(): number
  /** Cuts those. */
  cutEarly(): void
}

export type SecureDoorOptions = {
  readonly certificate: Certificate
  readonly admit: (socket: TLSSocket) => void
  readonly logger: Logger
}

/** How long the first byte, and then the handshake, may take, in milliseconds. */
const PATIENCE_MS = 30_000
/** How long whoever was refused may go on talking, in milliseconds. */
const REFUSAL_MS = 5_000
/** The first byte of a TLS handshake (RFC 8446, section 5.1). */
const HANDSHAKE = 0x16

export function createSecureDoor({ certificate, admit, logger }: SecureDoorOptions): SecureDoor {
  const early = new Map<string, Socket>()
  const warn = warnSeldom(logger)
  const server = createServer({ ...tlsOptions(certificate), handshakeTimeout: PATIENCE_MS })
  server.on('secureConnection', (socket) => {
    early.delete(endsOf(socket))
    admit(socket)
  })
  server.on('tlsClientError', (fault: Fault, socket) => {
    const { level, words } = complaint(fault, socket)
    const line = `${clientOf(socket)}: ${words}`
    if (level === 'warn') warn(line)
    else logger.debug(line)
  })

  function begin(socket: Socket, first: Buffer): void {
    if (first[0] === HANDSHAKE) {
      socket.unshift(first)
      server.emit('connection', socket)
    } else refuse(socket, first)
  }

  function refuse(socket: Socket, first: Buffer): void {
    warn(`${peerOf(socket)}: spoke no TLS; this port is for https only`)
    if (!/^[A-Z]/.test(first.toString('latin1', 0, 1))) return void socket.destroy()
    // Read on: a connection that is closed with data unread is reset, and the answer with it.
    socket.resume().end(wholeAnswer('400 Bad Request', PLAIN_HTTP))
    const late = setTimeout(() => socket.destroy(), REFUSAL_MS)
    socket.once('close', () => clearTimeout(late))
  }

  return {
    take(socket) {
      // Once it is closed, it no longer tells.
      peerOf(socket)
      // Who has said the last word before the handshake is over, has gone.
      socket.allowHalfOpen = false
      const ends = endsOf(socket)
      early.set(ends, socket)
      socket.once('close', () => early.delete(ends))
      firstBytes(socket, (first) => begin(socket, first))
    },
    use: (next) => server.setSecureContext(tlsOptions(next)),
    early: () => early.size,
    cutEarly() {
      for (const socket of early.values()) socket.destroy()
    },
  }
}

/** OpenSSL's errors have their reason in words. */
type Fault = NodeJS.ErrnoException & { readonly reason?: string }

/** What clients say to whom our certificate is not good enough (RFC 8446, section 6.2). */
const REFUSED =
  /alert (unknown ca|bad certificate|unsupported certificate|certificate (expired|unknown|revoked))$/

function complaint(
  fault: Fault,
  { authorizationError }: TLSSocket,
): { readonly level: 'warn' | 'debug'; readonly words: string } {
  const { code, reason = reasonOf(fault) } = fault
  if (authorizationError) {
    return { level: 'warn', words: `no certificate of [server] tls_ca: ${authorizationError}` }
  }
  if (code === 'ECONNRESET') return { level: 'debug', words: 'went away in its TLS handshake' }
  const [, why] = REFUSED.exec(reason) ?? []
  if (why === undefined) return { level: 'warn', words: `no TLS connection: ${reason}` }
  const words = `does not accept the certificate of [server] tls_cert: it says "${why}"`
  return { level: 'warn', words }
}

/** A TLS connection that failed does not know any more to whom; the TCP connection below does. */
function clientOf(socket: TLSSocket): string {
  const below = '_parent' in socket ? socket._parent : undefined
  return peerOf(below instanceof Socket ? below : socket)
}

/** What the TCP connection and the TLS connection on it have in common. */
function endsOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`
}

const PLAIN_HTTP =
  'this port speaks https, and the request is plain http; see server_url and [server] tls_cert'

function tlsOptions({ cert, key, ca }: Certificate): TlsOptions {
  return {
    cert,
    key,
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
    ...(ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: true }),
  }
}

/** What a connection begins with; one that says nothing in time is cut. */
function firstBytes(socket: Socket, use: (bytes: Buffer) => void): void {
  const late = () => socket.destroy()
  socket.setTimeout(PATIENCE_MS).once('timeout', late)
  socket.once('readable', () => {
    socket.setTimeout(0).removeListener('timeout', late)
    const bytes: unknown = socket.read()
    if (Buffer.isBuffer(bytes)) use(bytes)
    else socket.destroy()
  })
}
