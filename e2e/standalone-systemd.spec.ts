import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../src/http/free-port.ts'
import { Authority } from './support/certificates.ts'
import { curl } from './support/curl.ts'
import { type DataRoot, makeDataRoot, writeFiles } from './support/data-root.ts'
import { FABRIC, leafReport, postNode } from './support/fabric.ts'
import { Load } from './support/load.ts'
import { childrenOf } from './support/processes.ts'
import { startServer } from './support/server.ts'
import { hearNotifications } from './support/service-manager.ts'

const PROGRAMS = fileURLToPath(new URL('./support/programs/', import.meta.url))
const ZTPS = fileURLToPath(new URL('../bin/ztps', import.meta.url))
const ACTIVATE = ['python3', `${PROGRAMS}activate.py`]
const PATIENCE = { timeout: 60_000 }

let data: DataRoot
const children: ChildProcess[] = []

beforeAll(() => {
  execFileSync('systemd-notify', ['--version'])
})

beforeEach(async () => {
  data = await makeDataRoot(FABRIC)
})

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await data.remove()
})

describe('socket activation', () => {
  it('serves the sockets it is given, whatever [server] interface says', async () => {
    const [port, own] = [await freePort(), await freePort()]
    const socket = join(data.path, '../http.sock')
    const given = [`tcp:127.0.0.1:${port}`, `tcp:::1:${port}`, `unix:${socket}`]
    await writeFiles(data.path, { 'config-handlers/env': '#!/bin/sh\nenv\n' })
    const server = await startServer({
      dataRoot: data.path,
      port: own,
      through: [...ACTIVATE, ...given, '--'],
    })
    await server.logs('the service manager gave us sockets')
    await server.logs(`Starting server on http://127.0.0.1:${port}`)
    await server.logs(`Starting server on http://[::1]:${port}`)
    await server.logs('Starting server on unix socket socket2')
    const url = `http://127.0.0.1:${port}`
    expect((await postNode(url, leafReport('ACT1'))).status).toBe(201)
    expect((await curl(`http://[::1]:${port}/nodes/ACT1`)).status).toBe(200)
    expect((await curl('--unix-socket', socket, 'http://any/nodes/ACT1')).status).toBe(200)
    expect((await curl(`http://127.0.0.1:${own}/bootstrap`)).exit).not.toBe(0)

    // Programs that the server starts take no sockets for theirs.
    await writeFiles(data.path, { 'nodes/ACT1/config-handler': '#!/bin/sh\nenv\n' })
    await fetch(`${url}/nodes/ACT1/startup-config`, { method: 'PUT', body: 'hostname x\n' })
    await server.logs('config-handler: ZTPS_NODE_ID=ACT1')
    expect(await server.stop()).toBe(0)
    expect(server.log()).not.toContain('LISTEN_')
    // It belongs to the manager.
    await access(socket)
  })

  it('with TLS: TCP speaks it, unix sockets do not', async () => {
    const port = await freePort()
    const socket = join(data.path, '../http.sock')
    const authority = await Authority.in(join(data.path, '../ca'))
    const { cert, key } = await authority.issue('activated')
    const server = await startServer({
      dataRoot: data.path,
      settings: { server: { tls_cert: cert, tls_key: key } },
      through: [...ACTIVATE, `unix:${socket}`, `tcp:127.0.0.1:${port}`, '--'],
    })
    await server.logs(`Starting server on https://127.0.0.1:${port}`)
    const url = `https://127.0.0.1:${port}/bootstrap`
    expect((await curl('--cacert', authority.cert, url)).status).toBe(200)
    expect((await curl('--unix-socket', socket, 'http://any/bootstrap')).status).toBe(200)
    expect(await server.stop()).toBe(0)
  })

  it('loses no request in a restart', async () => {
    const port = await freePort()
    const conf = join(data.path, '../activated.conf')
    await writeFile(conf, `[default]\ndata_root = ${data.path}\n`)
    const [program = '', ...before] = ACTIVATE
    const manager = spawn(
      program,
      [...before, '--again', `tcp:127.0.0.1:${port}`, '--', ZTPS, '-c', conf],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    children.push(manager)
    const pids: number[] = []
    let starts = 0
    manager.stdout.on('data', (chunk: Buffer) => {
      for (const [, pid] of chunk.toString().matchAll(/^pid (\d+)$/gm)) pids.push(Number(pid))
      starts += chunk.toString().match(/^Starting server on /gm)?.length ?? 0
    })
    await expect.poll(() => starts, PATIENCE).toBe(1)
    const load = new Load(`http://127.0.0.1:${port}/bootstrap`, { keep: false })
    for (const turn of [1, 2, 3]) {
      await expect.poll(() => [starts, pids.length], PATIENCE).toEqual([turn, turn])
      const before = load.answers
      await expect.poll(() => load.answers, PATIENCE).toBeGreaterThan(before + 50)
      if (turn === 3) manager.kill('SIGUSR1')
      if (turn === 3) await load.end()
      process.kill(pids[turn - 1] ?? 0, 'SIGTERM')
    }
    expect(await once(manager, 'exit')).toEqual([0, null])
    expect(new Set(load.failures)).toEqual(new Set())
  })

  it('refuses what is no socket that listens', async () => {
    const start = startServer({
      dataRoot: data.path,
      through: [...ACTIVATE, 'udp:127.0.0.1:0', '--'],
    })
    await expect(start).rejects.toThrow(
      /status 1.*cannot listen on socket 3 \(socket0\) of the service manager: it must be a socket that listens/s,
    )
  })
})

describe('the service manager', () => {
  it('hears when the server serves, reads its files anew, and stops', async () => {
    const socket = join(data.path, '../notify')
    const messages = await hearNotifications(socket)
    const server = await startServer({
      dataRoot: data.path,
      environment: { NOTIFY_SOCKET: socket },
    })
    const ready = `READY=1 STATUS=Listening on ${server.url}`
    await expect.poll(messages, PATIENCE).toContain(ready)
    process.kill(server.pid, 'SIGHUP')
    await expect.poll(messages, PATIENCE).toHaveLength(6)
    expect(await server.stop()).toBe(0)
    // A child says so, which may outlive the server.
    await expect
      .poll(() => messages().filter((message) => message !== 'BARRIER=1'), PATIENCE)
      .toEqual([
        ready,
        expect.stringMatching(/^RELOADING=1 MONOTONIC_USEC=\d+$/),
        ready,
        'STOPPING=1 STATUS=Finishing the requests in flight',
      ])
  })

  it('hears that the server lives as long as its event loop moves', async () => {
    const socket = join(data.path, '../notify')
    const messages = await hearNotifications(socket)
    const server = await startServer({
      dataRoot: data.path,
      environment: { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '600000' },
    })
    const beats = () => messages().filter((message) => message === 'WATCHDOG=1').length
    const hear = async (word: string) => {
      execFileSync('systemd-notify', [word], { env: { ...process.env, NOTIFY_SOCKET: socket } })
      await expect.poll(messages, PATIENCE).toContain(word)
    }
    await expect.poll(beats, PATIENCE).toBeGreaterThan(3)
    process.kill(server.pid, 'SIGSTOP')
    // What had begun to speak just then speaks to its end.
    await expect.poll(() => childrenOf(server.pid), PATIENCE).toEqual([])
    await hear('STATUS=it is stopped')
    const stopped = beats()
    await wait(1_500)
    await hear('STATUS=it is stopped still')
    expect(beats()).toBe(stopped)
    process.kill(server.pid, 'SIGCONT')
    await expect.poll(beats, PATIENCE).toBeGreaterThan(stopped)
    expect(await server.stop()).toBe(0)
  })

  it.each<readonly [string, Record<string, string>, RegExp | undefined]>([
    ['nobody listens', { NOTIFY_SOCKET: '/nowhere' }, /WARNING.*not told READY=1 .*: \S/],
    [
      'there is no program to tell it',
      { NOTIFY_SOCKET: '/nowhere', PATH: '' },
      /WARNING.*there is no program systemd-notify/,
    ],
    ['the watchdog is that of another', { WATCHDOG_USEC: '1000', WATCHDOG_PID: '1' }, undefined],
  ])('is not in the way where %s', async (_name, environment, warning) => {
    const path = environment.PATH === '' ? { PATH: await pathWithout('systemd-notify') } : {}
    const server = await startServer({
      dataRoot: data.path,
      environment: { ...environment, ...path },
    })
    if (warning !== undefined) await server.logs(warning)
    expect((await fetch(`${server.url}/bootstrap`)).status).toBe(200)
    expect(await server.stop()).toBe(0)
    expect(server.log().match(/WARNING/g) ?? []).toHaveLength(warning === undefined ? 0 : 1)
  })

  it('does not hold the stop when it does not listen to the end', async () => {
    const socket = join(data.path, '../deaf')
    const deaf = createServer().listen(socket)
    await once(deaf, 'listening')
    const server = await startServer({
      dataRoot: data.path,
      environment: { NOTIFY_SOCKET: socket },
    })
    expect(await server.stop()).toBe(0)
    deaf.close()
  })
})

/** A search path with node, which starts ztps, and nothing else. */
async function pathWithout(program: string): Promise<string> {
  const folder = join(data.path, '../bin')
  execFileSync('mkdir', [folder])
  execFileSync('ln', ['-s', process.execPath, join(folder, 'node')])
  await expect(access(join(folder, program))).rejects.toThrow('ENOENT')
  return folder
}
