import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * A TCP port of 127.0.0.1 that nobody uses at this moment: below those that the kernel gives to
 * outgoing connections, or a client's could take it before the server does. No other process that
 * asks here is given it while this one lives.
 *
 * @param from the lowest
 * @param to one more than the highest
 */
export async function freePort(from = 15_000, to = 32_000): Promise<number> {
  for (;;) {
    const port = from + Math.floor(Math.random() * (to - from))
    if (await reserve(port)) return port
  }
}

/** UDP has ports of its own: one that is bound there says that the other is taken, or soon will be. */
async function reserve(port: number): Promise<boolean> {
  const mark = createSocket('udp4')
  mark.bind({ port, address: '127.0.0.1', exclusive: true })
  const marked = await once(mark, 'listening').catch(() => undefined)
  if (marked !== undefined && (await isFree(port))) {
    mark.unref()
    return true
  }
  mark.close()
  return false
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port, '127.0.0.1')
  const free = await once(probe, 'listening').catch(() => undefined)
  if (free === undefined) return false
  probe.close()
  await once(probe, 'close')
  return true
}
