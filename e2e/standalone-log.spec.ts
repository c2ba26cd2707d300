import { access, mkdir, readFile, rename, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DataRoot, makeDataRoot } from './support/data-root.ts'
import { FABRIC, leafReport, postNode } from './support/fabric.ts'
import { Load } from './support/load.ts'
import { startServer, type TestServer } from './support/server.ts'

const PATIENCE = { timeout: 60_000 }

let data: DataRoot
let file: string

beforeEach(async () => {
  data = await makeDataRoot(FABRIC)
  file = join(data.path, '../ztps.log')
})

afterEach(() => data.remove())

function start(more: Readonly<Record<string, string>> = {}, debug = false): Promise<TestServer> {
  return startServer({
    dataRoot: data.path,
    settings: { log: { file }, default: more },
    arguments: debug ? ['--debug'] : [],
  })
}

function read(path: string): Promise<string> {
  return readFile(path, 'utf8')
}

describe('[log] file', () => {
  it('takes the log, whatever console_logging says; standard output keeps its lines', async () => {
    const server = await start({ console_logging: 'no' })
    await postNode(server.url, leafReport('LOG1'))
    expect(await server.stop()).toBe(0)
    expect(server.log()).toMatch(/^Starting ZTPServer v[\d.]+\.\.\.\nStarting server on \S+\n$/)
    const log = await read(file)
    expect(log).toContain('Logging started for ztpserver\n')
    expect(log).toContain("LOG1: node matched 'leaf' pattern in neighbordb")
    expect(log).toContain('stopping: ')
    expect((await stat(file)).mode & 0o777).toBe(0o640)
  })

  it('is rotated by rename and SIGHUP, under load, and no line is lost', async () => {
    const server = await start({}, true)
    const load = new Load(`${server.url}/bootstrap`)
    for (const turn of [1, 2, 3]) {
      await expect.poll(() => read(file).catch(() => ''), PATIENCE).toMatch(/GET \/bootstrap 200/)
      await rename(file, `${file}.${turn}`)
      process.kill(server.pid, 'SIGHUP')
      await expect.poll(() => access(file).then(() => true, String), PATIENCE).toBe(true)
    }
    await load.end()
    expect(await server.stop()).toBe(0)
    const logs = await Promise.all([`${file}.1`, `${file}.2`, `${file}.3`, file].map(read))
    const lines = logs.join('').match(/^.* GET \/bootstrap 200 [\d.]+ ms$/gm) ?? []
    expect(load.failures).toEqual([])
    expect(lines.length).toBe(load.answers)
    expect(lines.filter((line) => !line.endsWith(' 0.0 ms'))).not.toEqual([])
  })

  it('that cannot be opened anew goes on where it was, and says so', async () => {
    const server = await start()
    await rename(file, `${file}.1`)
    await mkdir(file)
    process.kill(server.pid, 'SIGHUP')
    await expect
      .poll(() => read(`${file}.1`), PATIENCE)
      .toMatch(
        /ERROR.*\[log\] file: cannot append to .*ztps\.log: it is a folder.*goes on where it was/,
      )
    await postNode(server.url, leafReport('LOG2'))
    await expect
      .poll(() => read(`${file}.1`), PATIENCE)
      .toContain('LOG2: node beginning provisioning')
    await rmdir(file)
    process.kill(server.pid, 'SIGHUP')
    async function logged(): Promise<string> {
      await postNode(server.url, leafReport('LOG3'))
      return read(file).catch(() => '')
    }
    await expect.poll(logged, PATIENCE).toContain('LOG3: ')
    await server.stop()
    expect(await read(file)).toContain('stopping: ')
  })

  it('keeps the server from starting when it cannot be opened', async () => {
    await mkdir(file)
    await expect(start()).rejects.toThrow(
      /status 1.*\[log\] file: cannot append to .*it is a folder/s,
    )
  })
})

describe('SIGHUP', () => {
  it('does nothing to a server that logs to standard error', async () => {
    const server = await startServer({ dataRoot: data.path })
    process.kill(server.pid, 'SIGHUP')
    expect((await postNode(server.url, leafReport('HUP1'))).status).toBe(201)
    await server.logs('HUP1: node beginning provisioning')
    expect(await server.stop()).toBe(0)
  })
})
