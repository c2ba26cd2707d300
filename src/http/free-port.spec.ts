import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { freePort } from './free-port.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** A port that is the first choice of whoever asks next. */
async function favourite(): Promise<number> {
  const port = await freePort(32_000, 32_700)
  vi.spyOn(Math, 'random').mockReturnValueOnce((port - 32_000 + 0.5) / 700)
  return port
}

describe('freePort', () => {
  it('gives no port twice, although nobody listens there yet', async () => {
    const port = await favourite()
    expect(await freePort(32_000, 32_700)).not.toBe(port)
  })

  it.each([
    ['another process has asked for', listenUdp],
    ['somebody listens at', listenTcp],
  ])('gives none that %s', async (_name, take) => {
    const { port, release } = await take()
    vi.spyOn(Math, 'random').mockReturnValueOnce((port + 0.5) / 65_536)
    expect(await freePort(0, 65_536)).not.toBe(port)
    release()
  })
})

async function listenUdp() {
  const other = createSocket('udp4')
  other.bind({ port: 0, address: '127.0.0.1', exclusive: true })
  await once(other, 'listening')
  return { port: other.address().port, release: () => void other.close() }
}

async function listenTcp() {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const address = other.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { port, release: () => void other.close() }
}
