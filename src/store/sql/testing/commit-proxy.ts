import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A way to a database server on which the answer to a commit gets lost. */
export type CommitProxy = {
  readonly port: number
  /** What happens to the next connection that commits, once the server has its words. */
  arm(fault: 'cut' | 'stall'): void
  close(): Promise<void>
}

/** Neither protocol encrypts or compresses here, so a commit can be seen passing. */
const COMMIT = /(?<![a-z_])commit(\0|$)/i

/** Listens on a free port of the loopback. */
export async function startCommitProxy(server: number): Promise<CommitProxy> {
  let armed: 'cut' | 'stall' | undefined
  const sockets = new Set<Socket>()
  const listener = createServer((client) => {
    const upstream = connect(server, '127.0.0.1')
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
    }
    client.on('data', (chunk: Buffer) => {
      const fault = COMMIT.test(chunk.toString('latin1')) ? armed : undefined
      if (fault === undefined) return void upstream.write(chunk)
      armed = undefined
      upstream.removeAllListeners('data')
      upstream.resume()
      // The server answers: what it was asked is done.
      upstream.once('data', () => fault === 'cut' && client.destroy())
      return void upstream.write(chunk)
    })
    upstream.on('data', (chunk) => client.write(chunk))
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('no TCP port is free')
  return {
    port: address.port,
    arm(fault) {
      armed = fault
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      listener.close()
      await once(listener, 'close')
    },
  }
}
