import { chmod } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { freePort } from '../../../src/http/free-port.ts'
import { type Files, makeDataRoot } from '../data-root.ts'
import { startServer, type TestServer } from '../server.ts'
import { type FrontServer, WEB_USER } from './front-server.ts'
import { isRoot, pathOf, type Site } from './site.ts'

/** Where a front server is to listen, and what stands behind it. */
export type Place = {
  readonly site: Site
  readonly port: number
  readonly servers: readonly string[]
  readonly dataRoot: string
}

export type StandOptions = {
  readonly files: Files
  readonly site?: Site
  /** By what the front server reaches ours. */
  readonly by?: 'tcp' | 'unix'
  /** The group of the front server, which may use the unix socket. */
  readonly group?: string
  /** More of [server]. */
  readonly settings?: Readonly<Record<string, string | number>>
}

/** Our server behind a front server; both end with the test. */
export type Stand = {
  readonly dataRoot: string
  /** What the front server was told to find it at. */
  readonly address: string
  readonly front: FrontServer
  readonly serverUrl: string
  /** The one that runs at the moment. */
  server(): TestServer
  /** Starts another one in its place, when it has ended. */
  startAgain(): Promise<void>
}

/** Puts our server behind a front server, each on a free port of the loopback; it logs every request. */
export async function standBehind(
  startFront: (place: Place) => Promise<FrontServer>,
  { files, site = 'root', by = 'tcp', group = WEB_USER, settings = {} }: StandOptions,
): Promise<Stand> {
  const data = await makeDataRoot(files)
  onTestFinished(() => data.remove())
  // A front server that sends files itself has to get there.
  await chmod(dirname(data.path), 0o755)
  const [port, own] = [await freePort(), await freePort()]
  const serverUrl = `http://127.0.0.1:${port}${pathOf(site)}`
  const socket = join(data.path, '../http.sock')
  const unix = {
    interface: `127.0.0.1, unix:${socket}`,
    trusted_proxies: 'unix',
    ...(isRoot() ? { socket_group: group } : {}),
  }
  const start = () =>
    startServer({
      dataRoot: data.path,
      port: own,
      arguments: ['--debug'],
      settings: {
        default: { server_url: serverUrl },
        server: { ...(by === 'unix' ? unix : { trusted_proxies: '127.0.0.1' }), ...settings },
      },
    })
  let server = await start()
  onTestFinished(() => server.kill())
  const address = by === 'unix' ? `unix:${socket}` : `127.0.0.1:${own}`
  const front = await startFront({ site, port, servers: [address], dataRoot: data.path })
  onTestFinished(() => front.stop())
  return {
    dataRoot: data.path,
    address,
    front,
    serverUrl,
    server: () => server,
    async startAgain() {
      server = await start()
    },
  }
}
