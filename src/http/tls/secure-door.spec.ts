import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { connect as connectSecurely, type TLSSocket } from 'node:tls'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Certificate } from './certificate.ts'
import { createSecureDoor, type SecureDoor } from './secure-door.ts'
import { selfSigned } from './testing/self-signed.ts'

let certificate: Certificate
let door: SecureDoor
let listener: Server
let admitted: TLSSocket[]
let log: string[]

beforeAll(async () => {
  certificate = await selfSigned()
})

beforeEach(async () => {
  admitted = []
  log = []
  const note = (level: string) => (line: string) => void log.push(`${level}: ${line}`)
  const [debug, info, warn, error, fatal] = ['debug', 'info', 'warn', 'error', 'fatal'].map(note)
  if (!debug || !info || !warn || !error || !fatal) throw new Error('there are five levels')
  door = createSecureDoor({
    certificate,
    admit: (socket) => void admitted.push(socket),
    logger: { debug, info, warn, error, fatal },
  })
  listener = createServer({ allowHalfOpen: true }, (socket) => {
    // As the gate does.
    socket.on('error', () => {})
    door.take(socket)
  })
  await once(listener.listen(0, '127.0.0.1'), 'listening')
})

afterEach(() => listener.close())

/** Both ends of a connection that the door has taken. */
async function visit(): Promise<{ readonly client: Socket; readonly socket: Socket }> {
  const client = connect({ port: portOf(listener), host: '127.0.0.1', allowHalfOpen: true })
  client.on('error', () => {})
  const [socket] = (await once(listener, 'connection')) as [Socket]
  return { client, socket }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

async function secured(client: Socket): Promise<TLSSocket> {
  const secure = connectSecurely({
    socket: client,
    rejectUnauthorized: false,
    ALPNProtocols: ['h2', 'http/1.1'],
  })
  await once(secure, 'secureConnect')
  await expect.poll(() => admitted.length).toBeGreaterThan(0)
  return secure
}

describe('a secure door', () => {
  it('admits who has come to the end of the handshake, and cuts the others', async () => {
    const silent = await visit()
    const half = await visit()
    half.client.write(Buffer.from([0x16, 3, 1, 2, 0]))
    const whole = await visit()
    expect(door.early()).toBe(3)
    const secure = await secured(whole.client)
    expect([admitted.length, door.early()]).toEqual([1, 2])
    expect(secure.alpnProtocol).toBe('http/1.1')
    const gone = Promise.all([once(silent.client, 'end'), once(half.client, 'end')])
    door.cutEarly()
    await gone
    await expect.poll(() => door.early()).toBe(0)
    admitted[0]?.write('still here')
    expect(String(await once(secure, 'data'))).toBe('still here')
    secure.destroy()
  })

  it('cuts who says nothing for too long, but nobody who has begun', async () => {
    const silent = await visit()
    const gone = once(silent.socket, 'close')
    expect(silent.socket.timeout).toBe(30_000)
    silent.socket.emit('timeout')
    await gone
    const talker = await visit()
    const secure = await secured(talker.client)
    expect(talker.socket.timeout ?? 0).toBe(0)
    talker.socket.emit('timeout')
    expect(talker.socket.destroyed).toBe(false)
    secure.destroy()
  })

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['half a handshake', Buffer.from([0x16, 3, 1, 2, 0])],
  ])('lets go of who says %s and no more', async (_name, bytes) => {
    const { client, socket } = await visit()
    const gone = once(socket, 'close')
    client.end(bytes)
    await gone
    expect(door.early()).toBe(0)
  })

  it('answers who speaks plain http, and cuts who speaks something else', async () => {
    const http = await visit()
    let answer = ''
    http.client.on('data', (chunk) => {
      answer += chunk
    })
    http.client.write('GET / HTTP/1.1\r\n')
    await once(http.client, 'end')
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n.*this port speaks https/s)
    http.client.end()
    const other = await visit()
    other.client.on('data', (chunk) => {
      answer += `other: ${chunk}`
    })
    other.client.write('\x00\x00')
    await once(other.client, 'end')
    expect(answer).not.toContain('other')
    const line = '127.0.0.1: spoke no TLS; this port is for https only'
    // One line for the many that a scanner would cause.
    expect(log).toEqual([`warn: ${line}`, `debug: ${line}`])
  })

  it('warns of a handshake that fails, and not of one that nobody goes on with', async () => {
    const reset = await visit()
    const gone = once(reset.socket, 'close')
    reset.client.write(Buffer.from([0x16, 3, 1, 2, 0]))
    await once(reset.socket, 'readable')
    reset.client.resetAndDestroy()
    await gone
    await expect
      .poll(() => log)
      .toEqual([expect.stringMatching(/^debug: 127\.0\.0\.1: went away in its TLS handshake$/)])
    const garbage = await visit()
    garbage.client.write(Buffer.concat([Buffer.from([0x16, 3, 1, 0, 4]), Buffer.from('what')]))
    await expect
      .poll(() => log.slice(1))
      .toEqual([expect.stringMatching(/^warn: 127\.0\.0\.1: no TLS connection: /)])
    garbage.client.destroy()
  })

  it('shows the new certificate to those who come after it', async () => {
    const shown = async () => {
      const secure = await secured((await visit()).client)
      const { fingerprint256 } = secure.getPeerCertificate()
      secure.destroy()
      return fingerprint256
    }
    const first = await shown()
    expect(await shown()).toBe(first)
    door.use(await selfSigned())
    expect(await shown()).not.toBe(first)
  })
})
