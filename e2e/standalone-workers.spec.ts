import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { chmod, chown, open, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../src/http/free-port.ts'
import { Authority } from './support/certificates.ts'
import { curl } from './support/curl.ts'
import { type DataRoot, makeDataRoot, writeFiles } from './support/data-root.ts'
import { restOf, stalledDownload } from './support/download.ts'
import { FABRIC, leafReport, postNode } from './support/fabric.ts'
import { CLIENTS, Load } from './support/load.ts'
import { alive, childrenOf } from './support/processes.ts'
import { type ServerOptions, startServer, type TestServer } from './support/server.ts'

const MIB = 1024 ** 2
const PATIENCE = { timeout: 60_000 }

let data: DataRoot
let server: TestServer | undefined

beforeEach(async () => {
  data = await makeDataRoot(FABRIC)
})

afterEach(async () => {
  await server?.kill()
  server = undefined
  await data.remove()
})

async function start(more: Omit<ServerOptions, 'dataRoot'> = {}): Promise<TestServer> {
  const settings = { ...more.settings, server: { workers: 2, ...more.settings?.server } }
  server = await startServer({ dataRoot: data.path, ...more, settings })
  return server
}

async function lines(path: string): Promise<number> {
  const text = await readFile(path, 'utf8')
  return text.match(/ GET \/bootstrap 200 [\d.]+ ms$/gm)?.length ?? 0
}

describe('[server] workers = 2', () => {
  it('serves in two processes, which share the log', async () => {
    const { pid, url, log, logs, stop } = await start({
      settings: { default: { console_logging_format: '<%(process)d> %(message)s' } },
      arguments: ['--debug'],
    })
    const workers = childrenOf(pid)
    expect(workers).toHaveLength(2)
    expect(log().match(/^Starting server on /gm)).toHaveLength(1)
    const load = new Load(`${url}/bootstrap`)
    for (const worker of workers) await logs(`<${worker}> 127.0.0.1 GET /bootstrap 200`)
    await load.end()
    expect(load.failures).toEqual([])
    expect((await postNode(url, leafReport('WORK1'))).status).toBe(201)
    expect((await postNode(url, leafReport('WORK1'))).status).toBe(409)
    expect(await (await fetch(`${url}/nodes/WORK1`)).text()).toContain('192.0.2.10/24')
    expect(await stop()).toBe(0)
    expect(workers.filter(alive)).toEqual([])
  })

  it('replaces workers that are killed under load; only requests in flight fail', async () => {
    const { pid, url, log } = await start()
    const load = new Load(`${url}/bootstrap`)
    const kills = 6
    for (let kill = 0; kill < kills; kill += 1) {
      await expect.poll(() => childrenOf(pid).length, PATIENCE).toBe(2)
      const answers = load.answers
      await expect.poll(() => load.answers, PATIENCE).toBeGreaterThan(answers + 200)
      // At the last both at once: whoever comes then waits for the next.
      const victims = kill < kills - 1 ? childrenOf(pid).slice(0, 1) : childrenOf(pid)
      for (const victim of victims) process.kill(victim, 'SIGKILL')
      await expect.poll(() => victims.filter(alive), PATIENCE).toEqual([])
    }
    const answers = load.answers
    await expect.poll(() => load.answers, PATIENCE).toBeGreaterThan(answers + 500)
    const failures = load.failures.length
    await expect.poll(() => load.answers, PATIENCE).toBeGreaterThan(answers + 1_500)
    await load.end()
    expect(load.failures.length).toBe(failures)
    expect(failures).toBeLessThanOrEqual((kills + 1) * (CLIENTS + 2))
    expect(
      log().match(/ERROR.*worker \d+ died \(SIGKILL\).*; another worker starts in /g),
    ).toHaveLength(kills + 1)
    expect(await server?.stop()).toBe(0)
  })

  it('starts one anew until it can: the data directory may be away for a while', async () => {
    const { pid, url, logs } = await start()
    await rename(data.path, `${data.path}.away`)
    const [victim = 0] = childrenOf(pid)
    process.kill(victim, 'SIGKILL')
    await logs(/ERROR.*worker \d+ died \(status 1\): data directory: .* does not exist/)
    await rename(`${data.path}.away`, data.path)
    await expect.poll(() => childrenOf(pid).length, PATIENCE).toBe(2)
    expect((await fetch(`${url}/bootstrap`)).status).toBe(200)
  })

  it('does not start when the workers cannot', async () => {
    await chmod(join(data.path, '..'), 0o755)
    for (const folder of ['', 'nodes', 'resources']) await chown(join(data.path, folder), 1, 1)
    await chmod(join(data.path, 'nodes'), 0o555)
    const before = new Set(childrenOf(1))
    // Whatever other tests leave behind for a moment knows nothing of this folder.
    const environment = { OF_THIS_TEST: data.path }
    await expect(start({ user: 1, environment })).rejects.toThrow(
      /status 1.*ztps: data directory: the server's user has no write permission.*nodes/s,
    )
    const orphans = childrenOf(1).filter((each) => !before.has(each) && hasIn(each, data.path))
    expect(orphans).toEqual([])
  })
})

describe('the workers', () => {
  it('end when whoever started them is killed, and the port is free at once', async () => {
    const { pid, kill, port } = await start()
    const workers = childrenOf(pid)
    await kill()
    await expect.poll(() => workers.filter(alive), PATIENCE).toEqual([])
    const next = createServer().listen(port, '127.0.0.1')
    await once(next, 'listening')
    next.close()
  })

  it('finish downloads when the whole group is told to end', async () => {
    await writeFiles(data.path, { 'files/image.swi': Buffer.alloc(64 * MIB, 'x') })
    const { pid, port, stop } = await start()
    const download = await stalledDownload(port, '/files/image.swi')
    for (const worker of childrenOf(pid)) process.kill(worker, 'SIGTERM')
    const stopped = stop()
    expect(await restOf(download)).toBeGreaterThan(64 * MIB)
    expect(await stopped).toBe(0)
  })

  it.each([
    ['at the limit', { stop_timeout: '1 s' }, false],
    ['when told twice', { stop_timeout: '10 min' }, true],
  ])('cut them %s', async (_name, settings, twice) => {
    const image = await open(join(data.path, 'files/image.swi'), 'w')
    await image.truncate(1024 * MIB)
    await image.close()
    const { pid, port, stop, logs } = await start({ settings: { server: settings } })
    const download = await stalledDownload(port, '/files/image.swi')
    const stopped = stop()
    await logs('stopping: ')
    if (twice) process.kill(pid, 'SIGTERM')
    expect(await stopped).toBe(0)
    expect(await restOf(download)).toBeLessThan(1024 * MIB)
  })

  it('write one log file, which is rotated without losing a line', async () => {
    const file = join(data.path, '../ztps.log')
    const { pid, url, stop } = await start({
      settings: { log: { file } },
      arguments: ['--debug'],
    })
    const load = new Load(`${url}/bootstrap`)
    await expect.poll(() => lines(file), PATIENCE).toBeGreaterThan(50)
    await rename(file, `${file}.1`)
    process.kill(pid, 'SIGHUP')
    await expect.poll(() => lines(file).catch(() => 0), PATIENCE).toBeGreaterThan(50)
    await load.end()
    expect(await stop()).toBe(0)
    expect(load.failures).toEqual([])
    expect((await lines(file)) + (await lines(`${file}.1`))).toBe(load.answers)
  })

  it('take up a new certificate under load, and complain of a bad one once', async () => {
    const authority = await Authority.in(join(data.path, '../ca'))
    const [first, second] = [await authority.issue('first'), await authority.issue('second')]
    const port = await freePort()
    const { url, logs, log, pid, stop } = await start({
      port,
      settings: {
        default: { server_url: `https://127.0.0.1:${port}` },
        server: { tls_cert: first.cert, tls_key: first.key },
      },
    })
    const load = new Load(`${url.replace('http:', 'https:')}/bootstrap`, {
      ca: await readFile(authority.cert),
    })
    await expect.poll(() => load.serials.size, PATIENCE).toBe(1)
    await rename(second.key, first.key)
    await rename(second.cert, first.cert)
    await logs('a new certificate is in use')
    await expect.poll(() => load.serials.size, PATIENCE).toBe(2)
    const before = load.answers
    await expect.poll(() => load.answers, PATIENCE).toBeGreaterThan(before + 200)
    await load.end()
    expect(new Set(load.failures)).toEqual(new Set())
    await writeFile(first.cert, 'garbage')
    await logs(/ERROR.*holds no certificate in PEM form; the certificate in use stays/)

    // A worker that starts now has the good one.
    const serials = new Set(load.serials)
    for (const worker of childrenOf(pid)) process.kill(worker, 'SIGKILL')
    serials.add(await serialAt(port))
    expect(serials.size).toBe(2)
    expect(log().match(/ERROR.*holds no certificate/g)).toHaveLength(1)
    expect(await stop()).toBe(0)
  })

  it('serve sockets that the service manager gave, and unix sockets', async () => {
    const port = await freePort()
    const socket = join(data.path, '../http.sock')
    const activate = new URL('./support/programs/activate.py', import.meta.url).pathname
    const { stop } = await start({
      through: ['python3', activate, `tcp:127.0.0.1:${port}`, `unix:${socket}`, '--'],
    })
    for (let count = 0; count < 10; count += 1) {
      expect((await curl(`http://127.0.0.1:${port}/bootstrap`)).status).toBe(200)
      expect((await curl('--unix-socket', socket, 'http://any/bootstrap')).status).toBe(200)
    }
    expect(await stop()).toBe(0)
  })

  it('that hang are killed and replaced, where the service manager has a watchdog', async () => {
    const socket = join(data.path, '../notify')
    const ear = createServer().listen(socket)
    await once(ear, 'listening')
    const { pid, logs, url, stop } = await start({
      environment: { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '3000000' },
    })
    const [hung = 0] = childrenOf(pid)
    process.kill(hung, 'SIGSTOP')
    await logs(new RegExp(`ERROR.*worker ${hung} does not answer: it is killed`))
    await expect.poll(() => childrenOf(pid).includes(hung), PATIENCE).toBe(false)
    await expect.poll(() => childrenOf(pid).length, PATIENCE).toBe(2)
    expect((await fetch(`${url}/bootstrap`)).status).toBe(200)
    expect(await stop()).toBe(0)
    ear.close()
  })

  it('run as [server] user, on a port below 1024, and so do those that replace them', async () => {
    await chmod(join(data.path, '..'), 0o755)
    await chown(data.path, 1, 1)
    for (const name of await readdir(data.path, { recursive: true })) {
      await chown(join(data.path, name), 1, 1)
    }
    const port = await freePort(700, 1_000)
    const { pid, url, stop } = await start({ port, settings: { server: { user: 'daemon' } } })
    const uids = () =>
      Promise.all([pid, ...childrenOf(pid)].map(async (each) => (await stat(`/proc/${each}`)).uid))
    expect(await uids()).toEqual([1, 1, 1])
    const before = childrenOf(pid)
    for (const worker of before) process.kill(worker, 'SIGKILL')
    expect((await postNode(url, leafReport('LOW1'))).status).toBe(201)
    await expect
      .poll(() => childrenOf(pid).filter((each) => !before.includes(each)).length, PATIENCE)
      .toBe(2)
    expect(await uids()).toEqual([1, 1, 1])
    expect((await stat(join(data.path, 'nodes/LOW1'))).uid).toBe(1)
    expect(await stop()).toBe(0)
  })
})

/** Whether a process has a word in its environment; one that has just ended has none. */
function hasIn(pid: number, word: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(word)
  } catch {
    return false
  }
}

function serialAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().serialNumber)
      socket.end()
    })
    socket.on('error', reject)
  })
}
