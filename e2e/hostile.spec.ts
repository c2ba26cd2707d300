import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, readdir, readlink, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DataRoot, makeDataRoot } from './support/data-root.ts'
import { FABRIC, leafReport, postNode } from './support/fabric.ts'
import { exchange, type RawRequest, rawRequest } from './support/raw-request.ts'
import { startServer, type TestServer } from './support/server.ts'

const IMAGE = Buffer.alloc(4 * 1024 * 1024, 'x')
const NOBODY = 65534

let data: DataRoot
let server: TestServer

beforeEach(async () => {
  data = await makeDataRoot({ ...FABRIC, 'files/image.swi': IMAGE })
  execFileSync('chown', ['-R', String(NOBODY), dirname(data.path)])
  server = await startServer({
    dataRoot: data.path,
    serverPath: '/ztpserver',
    arguments: ['--debug'],
    user: NOBODY,
    // A stop that waits for a client does not end within a test.
    settings: {
      server: { stop_timeout: '10 min' },
      limits: { request_timeout: '10 min', idle_timeout: '10 min' },
    },
  })
})

afterEach(async () => {
  await server.stop()
  await data.remove()
})

function ask(target: string, more: Omit<RawRequest, 'port' | 'target'> = {}) {
  return rawRequest({ port: server.port, target, ...more })
}

async function open(text: string): Promise<Socket> {
  const socket = connect(server.port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(text)
  return socket
}

/** How often the server has a file open. */
async function timesOpen(file: string): Promise<number> {
  const folder = `/proc/${server.pid}/fd`
  const links = (await readdir(folder)).map((fd) => readlink(join(folder, fd)).catch(() => ''))
  return (await Promise.all(links)).filter((target) => target.endsWith(file)).length
}

describe('a client that pipelines', () => {
  const download = 'GET /files/image.swi HTTP/1.1\r\nHost: x\r\n\r\n'

  it('has at most one file open, however many it asks for, and none once it is gone', async () => {
    const socket = await open(download.repeat(500))
    await once(socket, 'readable')
    expect(await timesOpen('files/image.swi')).toBeLessThanOrEqual(1)
    socket.destroy()
    await expect.poll(() => timesOpen('files/image.swi')).toBe(0)
  })

  it('gets its answers in order', async () => {
    const requests = [
      'GET /bootstrap HTTP/1.1\r\nHost: x\r\n\r\n',
      'POST /nodes HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}',
      'GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    ]
    const text = (await exchange(server.port, Buffer.from(requests.join('')))).toString()
    const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)
    expect(statuses).toEqual(['200', '400', '404'])
  })
})

describe('a client that breaks off', () => {
  it('while it uploads leaves no error in the log', async () => {
    const socket = await open('PUT /nodes/X/startup-config HTTP/1.1\r\nContent-Length: 9\r\n')
    socket.write('Host: x\r\n\r\nabc')
    await ask('/bootstrap')
    socket.destroy()
    await server.logs('PUT /nodes/X/startup-config: the client went away')
    expect(server.log()).not.toContain('ERROR')
  })

  it.each(['', 'GET /boot'])('or stays silent after %j does not hold the stop up', async (text) => {
    const socket = await open(text)
    await ask('/bootstrap')
    expect(await server.stop()).toBe(0)
    socket.destroy()
  })
})

describe('an odd request', () => {
  it.each<[string, string, Omit<RawRequest, 'port' | 'target'>, number, RegExp]>([
    ['the whole URL as target', 'http://x/ztpserver/bootstrap', {}, 200, /SERVER/],
    ['a rare method', '/bootstrap', { method: 'PROPFIND' }, 405, /GET, HEAD/],
    ['If-Match', '/files/image.swi', { headers: { 'if-match': '"x"' } }, 412, /changed/],
    ['no method at all', '/bootstrap', { method: 'N0NE' }, 400, /not an HTTP request/],
    ['too many headers', '/bootstrap', { headers: { x: 'x'.repeat(20_000) } }, 431, /too large/],
    ['control characters', '/files/%1b%5b31m%0ax', {}, 404, /files\/\ufffd\[31m\ufffdx\n$/],
  ])('%s', async (_name, target, more, status, body) => {
    const answer = await ask(target, more)
    expect([answer.status, answer.body.toString()]).toEqual([status, expect.stringMatching(body)])
    if (status >= 400) expect(answer.headers.get('content-type')).toBe('text/html; charset=UTF-8')
  })
})

describe('what an operator gets wrong', () => {
  it('a file that may not be read: 404, and the log says why', async () => {
    await chmod(join(data.path, 'files/image.swi'), 0o000)
    const answer = await ask('/files/image.swi')
    expect(answer.status).toBe(404)
    expect([...answer.headers.keys()]).not.toContain('etag')
    await server.logs(/WARNING.*files\/image\.swi: EACCES/)
    expect((await ask('/meta/files/image.swi')).status).toBe(500)
  })

  it('the state folder removed while the server runs: it is made anew', async () => {
    expect((await postNode(server.url, leafReport('STATE1'))).status).toBe(201)
    await rm(join(data.path, '.ztps'), { recursive: true })
    expect((await postNode(server.url, leafReport('STATE2'))).status).toBe(201)
    expect((await fetch(`${server.url}/nodes/STATE2`)).status).toBe(200)
  })

  it.each([
    ['a file', (path: string) => writeFile(path, 'x'), /README\.md is not a folder/],
    [
      'a folder that may not be searched',
      (path: string) => mkdir(path, { mode: 0 }),
      /cannot read .*README\.md.*: permission denied/,
    ],
  ])(
    "%s in a node's place: 400 whatever is asked, and the log says why",
    async (_name, make, why) => {
      const path = join(data.path, 'nodes/README.md')
      await make(path)
      const id = '/nodes/README.md'
      const body = JSON.stringify({ stage: 'x', status: 'x' })
      const answers = [
        await ask('/nodes', { method: 'POST', body: JSON.stringify(leafReport('README.md')) }),
        await ask(id),
        await ask(`${id}/startup-config`),
        await ask(`${id}/startup-config`, { method: 'PUT', body: 'x' }),
      ]
      expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400])
      await server.logs(new RegExp(`ERROR.*README\\.md: .*${why.source}`))
      expect([204, 400]).toContain((await ask(`${id}/events`, { method: 'POST', body })).status)
    },
  )

  it('no bootstrap script: 400, and the log says so', async () => {
    await rm(join(data.path, 'bootstrap/bootstrap'))
    expect((await ask('/bootstrap')).status).toBe(400)
    await server.logs(/WARNING.*the bootstrap script is missing/)
  })
})
