import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../src/http/free-port.ts'
import { type DataRoot, makeDataRoot } from './support/data-root.ts'
import { FABRIC, leafReport, postNode } from './support/fabric.ts'
import type { FrontServer } from './support/front-servers/front-server.ts'
import { startHaproxy } from './support/front-servers/haproxy.ts'
import { startNginx } from './support/front-servers/nginx.ts'
import { PacedLoad } from './support/paced-load.ts'
import { startServer, type TestServer } from './support/server.ts'

const PER_SECOND = 240
/** How the servers end, round by round. */
const ENDS = ['stop', 'stop', 'kill'] as const

let data: DataRoot
let front: FrontServer
let servers: TestServer[]

beforeEach(async () => {
  data = await makeDataRoot(FABRIC)
  servers = []
})

afterEach(async () => {
  await front.stop()
  for (const server of servers) await server.kill()
  await data.remove()
})

/** Reads and registrations in turn, as switches send them. */
function switches(url: string): PacedLoad {
  const reads = ['/bootstrap', '/nodes/ROLL', '/files/base.template']
  return new PacedLoad(PER_SECOND, async (at) => {
    const path = reads[at % (reads.length + 1)]
    const answer = await (path === undefined
      ? postNode(url, leafReport(`ROLL${at}`))
      : fetch(url + path))
    await answer.arrayBuffer()
    const expected = path === undefined ? [201, 409] : [200]
    if (expected.includes(answer.status)) return undefined
    return `${path ?? 'POST /nodes'}: ${answer.status}`
  })
}

/** The servers that HAProxy has said to be out, and not yet to be back. */
function outAt({ log }: FrontServer): readonly string[] {
  const said = [...log().matchAll(/Server ztpserver\/(\w+) is (UP|DOWN)/g)]
  const states = new Map(said.map(([, name = '', state]) => [name, state]))
  return [...states].flatMap(([name, state]) => (state === 'DOWN' ? [name] : []))
}

describe.each([
  { name: 'nginx', start: startNginx },
  { name: 'HAProxy', start: startHaproxy },
])('$name', ({ start }) => {
  it('loses no request while its two servers restart, one after the other', async () => {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const ports = [await freePort(), await freePort()]
    const startOne = (own: number) =>
      startServer({
        dataRoot: data.path,
        port: own,
        settings: { default: { server_url: url }, server: { trusted_proxies: '127.0.0.1' } },
      })
    servers = await Promise.all(ports.map(startOne))
    const listed = ports.map((own) => `127.0.0.1:${own}`)
    front = await start({ site: 'root', port, servers: listed })
    expect((await postNode(url, leafReport('ROLL'))).status).toBe(201)

    const load = switches(url)
    for (const end of ENDS) {
      for (const [at, own] of ports.entries()) {
        // The second that the guides ask for.
        await wait(1_000)
        const before = load.answers()
        await expect
          .poll(load.answers.bind(load), { timeout: 20_000 })
          .toBeGreaterThan(before + 100)
        await servers[at]?.[end]()
        servers[at] = await startOne(own)
        await expect.poll(() => outAt(front), { timeout: 30_000 }).toEqual([])
      }
    }
    await load.end()
    expect(load.failures, front.log().slice(-2_000)).toEqual([])
    // Every fourth request was a registration, and each node is there.
    const nodes = await readdir(join(data.path, 'nodes'))
    const registered = nodes.filter((name) => /^ROLL\d+$/.test(name))
    expect(registered.length).toBe(Math.floor(load.answers() / 4))
  }, 300_000)
})
