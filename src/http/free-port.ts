import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * A TCP port of 127.0.0.1 that nobody uses at this moment: below those that the kernel gives to
 * outgoing connections, or a client's could take it before the server does.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 17_000)
    const probe = createServer().listen(port, '127.0.0.1')
    const free = await once(probe, 'listening').catch(() => undefined)
    if (free === undefined) continue
    probe.close()
    await once(probe, 'close')
    return port
  }
}
