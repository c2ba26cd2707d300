import { once } from 'node:events'
import { chmod } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../src/http/free-port.ts'
import { curl } from './support/curl.ts'
import { type DataRoot, makeDataRoot } from './support/data-root.ts'
import { FABRIC, leafReport, postNode } from './support/fabric.ts'
import {
  type BehindApache,
  overTcp,
  PROXY,
  type WayOptions,
} from './support/front-servers/apache-ways.ts'

let data: DataRoot
let behind: BehindApache | undefined

beforeEach(async () => {
  data = await makeDataRoot(FABRIC)
})

afterEach(async () => {
  await behind?.stop()
  behind = undefined
  await data.remove()
})

async function start(options: WayOptions = {}, at = 0): Promise<BehindApache> {
  const way = PROXY[at]
  if (way === undefined) throw new Error(`there is no way ${at} to proxy`)
  behind = await way.start(data.path, options)
  return behind
}

describe('mod_proxy', () => {
  it.each([0, 1])('says that the server is not there (%i)', async (at) => {
    const { serverUrl, stopBackend } = await start({}, at)
    expect((await curl(`${serverUrl}/bootstrap`)).status).toBe(200)
    await stopBackend()
    expect(await curl(`${serverUrl}/bootstrap`)).toMatchObject({
      status: 503,
      body: 'ztpserver does not answer: is it running?',
    })
  })

  it.each(['unix', 'tcp'])(
    'uses no connection again that the server may close (%s)',
    async (kind) => {
      const port = await freePort()
      const relay = await countingRelay(port, kind === 'unix' ? `${data.path}/../relay` : 0)
      const { serverUrl } = await start({
        settings: { server: { interface: '127.0.0.1', port, trusted_proxies: '127.0.0.1' } },
        here: kind === 'unix' ? overSocket(`${data.path}/../relay`) : overTcp(relay.port),
        // Each process of Apache has connections of its own.
        more: 'StartServers 1\nServerLimit 1\nMaxRequestWorkers 25\n',
      })
      let registered = 0
      const register = async () => {
        registered += 1
        const { status } = await postNode(serverUrl, leafReport(`IDLE${registered}`))
        expect(status).toBe(201)
        return relay.connections()
      }
      let connections = 0
      for (let rested = Number.POSITIVE_INFINITY; rested > 2_500; ) {
        const before = performance.now()
        connections = await register()
        await wait(500)
        const after = await register()
        // Where the machine stood still meanwhile, it may well be another one.
        rested = performance.now() - before
        if (rested <= 2_500) expect(after).toBe(connections)
        connections = after
      }
      // The server would still take it, and would not a second and a half later.
      await wait(3_500)
      expect(await register()).toBe(connections + 1)
      await relay.close()
    },
  )
})

/** Another socket than the server's. */
function overSocket(path: string): Readonly<Record<string, string>> {
  const shipped = 'ProxyPass / unix:/run/ztpserver/http.sock|'
  return { [shipped]: `#${shipped}\n    ProxyPass / unix:${path}|` }
}

/** Hands connections on, and counts them. */
async function countingRelay(target: number, at: string | number) {
  const sockets = new Set<Socket>()
  let connections = 0
  const listener = createServer((client) => {
    connections += 1
    const server = connect(target, '127.0.0.1')
    for (const socket of [client, server]) sockets.add(socket.on('error', () => {}))
    client.pipe(server).pipe(client)
  }).listen(typeof at === 'string' ? { path: at } : { port: at, host: '127.0.0.1' })
  await once(listener, 'listening')
  if (typeof at === 'string') await chmod(at, 0o777)
  const address = listener.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    connections: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy()
      listener.close()
      await once(listener, 'close')
    },
  }
}
