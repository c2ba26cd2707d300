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

  it('sends nothing into connections that the server is about to close', async () => {
    const port = await freePort()
    const { serverUrl, log } = await start({
      settings: { server: { interface: '127.0.0.1', port, trusted_proxies: '127.0.0.1' } },
      here: overTcp(port),
    })
    // Around the three seconds of Apache and the five of the server, each over connections of its own.
    const pauses = [2.9, 2.98, 3, 3.02, 3.1, 4.9, 4.95, 4.98, 5, 5.02, 5.05, 5.1]
    const statuses = await Promise.all(
      pauses.map(async (seconds, client) => {
        const answers: number[] = []
        for (let node = 0; node < 4; node += 1) {
          answers.push((await postNode(serverUrl, leafReport(`IDLE${client}N${node}`))).status)
          await wait(seconds * 1_000)
        }
        return answers
      }),
    )
    expect(statuses.flat().filter((status) => status !== 201)).toEqual([])
    expect(log()).not.toContain('AH01102')
  })
})
