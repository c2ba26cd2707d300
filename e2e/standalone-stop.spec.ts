import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../src/http/free-port.ts'
import { type DataRoot, makeDataRoot, writeFiles } from './support/data-root.ts'
import { restOf, stalledDownload } from './support/download.ts'
import { FABRIC, leafReport, postNode } from './support/fabric.ts'
import { startServer } from './support/server.ts'

const GIB = 1024 ** 3
/** What a server that ends waits for the first request of a connection. */
const GRACE_MS = 300
const ZTPS = new URL('../bin/ztps', import.meta.url).pathname

let data: DataRoot

beforeEach(async () => {
  data = await makeDataRoot({ ...FABRIC, 'files/image.swi': '' })
  const image = await open(join(data.path, 'files/image.swi'), 'r+')
  await image.truncate(GIB)
  await image.close()
})

afterEach(() => data.remove())

function start(server: Readonly<Record<string, string | number>>) {
  return startServer({ dataRoot: data.path, settings: { server } })
}

describe('SIGTERM', () => {
  it('lets a download of 1 GiB end', async () => {
    const server = await start({ stop_timeout: '2 min' })
    const download = await stalledDownload(server.port, '/files/image.swi')
    const stopped = server.stop()
    await server.logs('stopping: ')
    expect(await restOf(download)).toBeGreaterThan(GIB)
    expect(await stopped).toBe(0)
  })

  it('cuts it at the limit, and the server exits 0 all the same', async () => {
    const server = await start({ stop_timeout: '1 s' })
    const download = await stalledDownload(server.port, '/files/image.swi')
    const began = performance.now()
    expect(await server.stop()).toBe(0)
    expect(performance.now() - began).toBeGreaterThan(900)
    expect(await restOf(download)).toBeLessThan(GIB)
  })

  it('means at once when it comes twice', async () => {
    const server = await start({ stop_timeout: '10 min' })
    const download = await stalledDownload(server.port, '/files/image.swi')
    const stopped = server.stop()
    await server.logs('stopping: ')
    process.kill(server.pid, 'SIGTERM')
    expect(await stopped).toBe(0)
    expect(await restOf(download)).toBeLessThan(GIB)
  })

  it.each([1, 2])('ends a server whose log nobody reads, workers = %s', async (workers) => {
    const conf = join(data.path, '../unread.conf')
    const port = await freePort()
    await writeFile(
      conf,
      `[default]\ndata_root = ${data.path}\nserver_url = http://127.0.0.1:${port}\n` +
        `[server]\nport = ${port}\nstop_timeout = 1 s\nworkers = ${workers}\n`,
    )
    const server = spawn(ZTPS, ['--debug', '-c', conf], { stdio: ['ignore', 'ignore', 'pipe'] })
    const ended = once(server, 'exit')
    const url = `http://127.0.0.1:${port}/bootstrap?${'x'.repeat(4_000)}`
    const isUp = () =>
      fetch(url).then(
        ({ status }) => status,
        () => 0,
      )
    await expect.poll(isUp, { timeout: 20_000 }).toBe(200)
    // Each is a line of 4 kB, and what holds them has room for some 200 kB.
    for (let count = 0; count < 150; count += 1) await (await fetch(url)).text()
    server.kill()
    expect(await ended).toEqual([null, 'SIGTERM'])
    // Its workers end after it, and may hold a connection that is kept until then.
    await expect.poll(isUp).toBe(0)
  })

  it('ends a start that hangs when it comes twice', async () => {
    const bin = join(data.path, '../bin')
    const pids = join(data.path, '../hangs')
    await mkdir(bin)
    // Asks a directory of users that does not answer.
    const getent = `#!/bin/sh\necho $$ >> '${pids}'\nexec sleep 600\n`
    await writeFile(join(bin, 'getent'), getent, { mode: 0o755 })
    const conf = join(data.path, '../hanging.conf')
    await writeFile(conf, `[default]\ndata_root = ${data.path}\n[server]\nuser = daemon\n`)
    const child = spawn(ZTPS, ['--conf', conf], {
      env: { ...process.env, PATH: `${bin}:${process.env.PATH}` },
      stdio: 'ignore',
    })
    const exit = once(child, 'exit')
    const hanging = () => readFile(pids, 'utf8').catch(() => '')
    await expect.poll(hanging, { timeout: 20_000 }).toMatch(/\d\n/)
    child.kill('SIGTERM')
    // Two signals of a kind that come at the same time are one.
    const again = setInterval(() => child.kill('SIGTERM'), 200)
    expect(await exit).toEqual([0, null])
    clearInterval(again)
    process.kill(Number(await hanging()))
  })

  it('ends a connection that is kept open when its last answer is through', async () => {
    const server = await start({ stop_timeout: '10 min' })
    const idle = connect(server.port, '127.0.0.1')
    idle.write('GET /bootstrap HTTP/1.1\r\nHost: x\r\n\r\n')
    await once(idle, 'data')
    const silent = connect(server.port, '127.0.0.1')
    await once(silent, 'connect')
    expect(await server.stop()).toBe(0)
    idle.destroy()
    silent.destroy()
  })

  it('answers the request of a connection that was opened a moment before', async () => {
    let answer: string | undefined
    // On a machine that is slow just then the request comes too late to be answered.
    while (answer === undefined) answer = await askedWhileStopping()
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n.*connection: close\r\n/is)
  })

  /** @returns the answer to a request that a server gets which ends; undefined if it was sent too late */
  async function askedWhileStopping(): Promise<string | undefined> {
    const server = await start({})
    const socket = connect(server.port, '127.0.0.1')
    await once(socket, 'connect')
    // Who comes later is served: the one before has come in.
    await (await fetch(`${server.url}/bootstrap`)).text()
    const began = performance.now()
    const stopped = server.stop()
    await server.logs('stopping: ')
    socket.write('GET /bootstrap HTTP/1.1\r\nHost: x\r\n\r\n')
    const isLate = performance.now() - began > GRACE_MS - 50
    const answer = await text(socket).catch(String)
    expect(await stopped).toBe(0)
    return isLate ? undefined : answer
  }

  it('kills a config-handler that still runs at the limit', async () => {
    const handler = '#!/bin/sh\necho began\ntouch began\nsleep 600\n'
    await writeFiles(data.path, { 'config-handlers/slow': handler })
    const server = await start({ stop_timeout: '1 s' })
    await postNode(server.url, leafReport('SLOW1'))
    await writeFiles(data.path, { 'nodes/SLOW1/config-handler': handler })
    const url = `${server.url}/nodes/SLOW1/startup-config`
    expect((await fetch(url, { method: 'PUT', body: 'hostname slow\n' })).status).toBe(201)
    const began = () => access(join(data.path, 'nodes/SLOW1/began')).then(() => true, String)
    await expect.poll(began).toBe(true)
    expect(await server.stop()).toBe(0)
    expect(server.log()).toMatch(/SLOW1: config-handler finished with stopped with the server/)
    expect(server.log()).toContain('SLOW1: config-handler: began')
  })
})

describe('a request that takes too long to arrive', () => {
  it('is cut, however often a byte of it comes', async () => {
    const server = await startServer({
      dataRoot: data.path,
      settings: { limits: { request_timeout: '1 s', idle_timeout: '1 min' } },
    })
    const socket = connect(server.port, '127.0.0.1')
    socket.write('GET /bootstrap HTTP/1.1\r\nX-Long: ')
    const trickle = setInterval(() => socket.write('x'), 200)
    const [answer] = await once(socket, 'data')
    expect(String(answer)).toMatch(/^HTTP\/1\.1 408 /)
    clearInterval(trickle)
    socket.destroy()
    await server.stop()
  })
})
