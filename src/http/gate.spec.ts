import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import Fastify from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../kernel/logger.ts'
import type { HttpApp } from './app.ts'
import { type Gate, openGate } from './gate.ts'
import { selfSigned } from './tls/testing/self-signed.ts'

const NEVER = new Promise<never>(() => {})
const AN_HOUR = 3_600_000

let app: HttpApp
let gate: Gate
let listener: Server
/** An answer that has begun, and is to be ended by hand. */
let begun: Promise<ServerResponse>

beforeEach(async () => {
  // Nothing but the gate ends a connection here.
  app = Fastify({
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    keepAliveTimeout: AN_HOUR,
    requestTimeout: AN_HOUR,
  })
  begun = new Promise((resolve) => {
    app.get('/slow', (_request, reply) => {
      reply.hijack().raw.writeHead(200, { 'content-length': 8 }).write('half')
      resolve(reply.raw)
    })
  })
  app.get('/quick', async () => 'answer')
  gate = await openGate(app, { logger: silentLogger })
  listener = createServer({ allowHalfOpen: true }, (socket) => gate.take(socket, false))
  await once(listener.listen(0, '127.0.0.1'), 'listening')
})

afterEach(() => listener.close())

/** A client that keeps its side open. @param path what it asks for, if anything */
async function visit(path?: string): Promise<{ readonly socket: Socket; heard(): string }> {
  const { port } = listener.address() as AddressInfo
  const socket = connect({ port, host: '127.0.0.1' })
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  socket.on('error', () => {})
  const came = once(listener, 'connection')
  if (path !== undefined) socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)
  await came
  return { socket, heard: () => text }
}

function closed({ socket }: { readonly socket: Socket }): Promise<unknown> {
  return once(socket, 'close')
}

describe('a gate that is stopped', () => {
  it('ends a connection that is kept when its answer, which had begun, has ended', async () => {
    const client = await visit('/slow')
    const answer = await begun
    const [gone, stopped] = [closed(client), gate.stop(NEVER)]
    answer.end('full')
    await Promise.all([gone, stopped])
    expect(client.heard()).toMatch(/\r\n\r\nhalffull$/)
  })

  it('cuts a connection that has asked for nothing, and no request in flight', async () => {
    const [silent, client] = [await visit(), await visit('/slow')]
    const answer = await begun
    const [gone, stopped] = [closed(silent), gate.stop(NEVER)]
    await gone
    expect([silent.heard(), client.heard()]).toEqual(['', expect.stringMatching(/half$/)])
    expect(client.socket.destroyed).toBe(false)
    answer.end('full')
    await stopped
  })

  it('answers a request that came in time, though this process was too busy to read it', async () => {
    const client = await visit()
    const stopped = gate.stop(NEVER)
    client.socket.write('GET /quick HTTP/1.1\r\nHost: x\r\n\r\n')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
    await closed(client)
    expect(client.heard()).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\nanswer$/s)
    await stopped
  })

  it('ends one that waits between requests', async () => {
    const client = await visit('/quick')
    await expect.poll(client.heard).toMatch(/answer$/)
    await Promise.all([closed(client), gate.stop(NEVER)])
  })

  it('cuts what is in flight when the time is over, and not before', async () => {
    const [silent, client] = [await visit(), await visit('/slow')]
    await begun
    let cut = () => {}
    const stopped = gate.stop(
      new Promise<void>((resolve) => {
        cut = resolve
      }),
    )
    await closed(silent)
    expect(client.socket.destroyed).toBe(false)
    const gone = closed(client)
    cut()
    await Promise.all([gone, stopped])
    expect(client.heard()).toMatch(/half$/)
  })
})

describe('a gate for TLS', () => {
  it('survives a connection that breaks before it has said anything', async () => {
    const certificate = await selfSigned()
    gate = await openGate(Fastify(), { certificate, logger: silentLogger })
    const { port } = listener.address() as AddressInfo
    listener.removeAllListeners('connection')
    const came = once(listener, 'connection')
    const client = connect({ port, host: '127.0.0.1' })
    const [socket] = (await came) as [Socket]
    gate.take(socket, true)
    const gone = once(client, 'close')
    socket.destroy(new Error('reset'))
    await gone
    await gate.stop(NEVER)
  })
})
