import { once } from 'node:events'
import { chmod, chown, lstat, mkdir, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../src/http/free-port.ts'
import { curl } from './support/curl.ts'
import { type DataRoot, makeDataRoot } from './support/data-root.ts'
import { FABRIC } from './support/fabric.ts'
import { rawRequest } from './support/raw-request.ts'
import { runZtps, startServer } from './support/server.ts'

let data: DataRoot
let socket: string

beforeEach(async () => {
  data = await makeDataRoot(FABRIC)
  socket = join(data.path, '../http.sock')
})

afterEach(() => data.remove())

function start(server: Readonly<Record<string, string | number>>) {
  return startServer({ dataRoot: data.path, settings: { server } })
}

/** Runs ztps until it gives up. */
async function refused(server: Readonly<Record<string, string | number>>, user?: number) {
  const conf = join(data.path, '../refused.conf')
  const settings = Object.entries(server).map(([key, value]) => `${key} = ${value}\n`)
  await writeFile(conf, `[default]\ndata_root = ${data.path}\n[server]\n${settings.join('')}`)
  await chmod(join(data.path, '..'), 0o755)
  const as = user === undefined ? {} : { uid: user, gid: user }
  const { status, stderr } = await runZtps(['-c', conf], as)
  expect(status).toBe(1)
  expect(stderr).not.toMatch(/\n\s+at /)
  return stderr
}

describe('addresses', () => {
  it('several at once: IPv4, IPv6 and a unix socket', async () => {
    const server = await start({ interface: `127.0.0.1, ::1, unix:${socket}` })
    await server.logs(`Starting server on http://127.0.0.1:${server.port}`)
    await server.logs(`Starting server on http://[::1]:${server.port}`)
    await server.logs(`Starting server on unix:${socket}`)
    const answers = await Promise.all([
      curl(`http://127.0.0.1:${server.port}/bootstrap`),
      curl(`http://[::1]:${server.port}/bootstrap`),
      curl('--unix-socket', socket, 'http://any/bootstrap'),
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
    expect(await server.stop()).toBe(0)
  })

  it.each([
    ['::', [`http://[::]:`]],
    ['::, 0.0.0.0', [`http://[::]:`, `http://0.0.0.0:`]],
    ['127.0.0.1, ::1, ::, 0.0.0.0', [`http://[::]:`, `http://0.0.0.0:`]],
  ])('%s answers IPv4 and IPv6', async (addresses, urls) => {
    const server = await start({ interface: addresses })
    for (const url of urls) await server.logs(`Starting server on ${url}${server.port}`)
    for (const host of ['127.0.0.1', '[::1]']) {
      expect((await curl(`http://${host}:${server.port}/bootstrap`)).status).toBe(200)
    }
    expect(await server.stop()).toBe(0)
  })

  it('nothing listens where one of them cannot be had', async () => {
    const port = await freePort()
    const other = createServer().listen(port, '::1')
    await once(other, 'listening')
    const complaint = await refused({ interface: `unix:${socket}, 127.0.0.1, ::1`, port })
    other.close()
    expect(complaint).toMatch(new RegExp(`cannot listen on ::1 port ${port}: another program`))
    await expect(lstat(socket)).rejects.toThrow('ENOENT')
  })

  it.each([
    [
      'a port below 1024 without permission',
      { interface: '127.0.0.1', port: 80 },
      /not permitted.*root or CAP/,
    ],
    [
      'an address of another machine',
      { interface: '192.0.2.99' },
      /no such address; see \[server\] interface/,
    ],
    [
      'a link-local address without its interface',
      { interface: 'fe80::1' },
      /cannot listen on fe80::1 port \d+: .*needs its interface, as in fe80::1%eth0/,
    ],
  ])('%s: says so', async (_name, settings, complaint) => {
    for (const folder of ['', 'nodes', 'resources'])
      await chown(join(data.path, folder), 65534, 65534)
    expect(await refused(settings, 65534)).toMatch(complaint)
  })
})

describe('a unix socket', () => {
  it('has its mode and group, and goes when the server does', async () => {
    const settings = { interface: `unix:${socket}`, socket_mode: '0640', socket_group: 'daemon' }
    const server = await start(settings)
    const made = await lstat(socket)
    expect([made.isSocket(), made.mode & 0o777, made.gid]).toEqual([true, 0o640, 1])
    expect(await server.stop()).toBe(0)
    await expect(lstat(socket)).rejects.toThrow('ENOENT')
  })

  it('is 0660 unless told otherwise', async () => {
    const server = await start({ interface: `unix:${socket}` })
    expect((await lstat(socket)).mode & 0o777).toBe(0o660)
    await server.stop()
  })

  it('of a server that was killed is replaced', async () => {
    const killed = await start({ interface: `unix:${socket}` })
    await killed.kill()
    const dead = await lstat(socket)
    const server = await start({ interface: `unix:${socket}` })
    expect((await lstat(socket)).ino).not.toBe(dead.ino)
    expect((await curl('--unix-socket', socket, 'http://any/bootstrap')).status).toBe(200)
    await server.stop()
  })

  it('of a server that lives is left alone', async () => {
    const server = await start({ interface: `unix:${socket}` })
    const complaint = await refused({ interface: `unix:${socket}` })
    expect(complaint).toContain(`cannot listen on unix:${socket}: another program listens there`)
    expect((await curl('--unix-socket', socket, 'http://any/bootstrap')).status).toBe(200)
    await server.stop()
  })

  it('of a server that it may not even speak to is left alone', async () => {
    const folder = join(data.path, '../run')
    await mkdir(folder)
    for (const each of ['', 'nodes', 'resources']) await chown(join(data.path, each), 65534, 65534)
    await chown(folder, 65534, 65534)
    const path = `${folder}/http.sock`
    const other = createServer().listen(path)
    await once(other, 'listening')
    await chmod(path, 0o600)
    const complaint = await refused({ interface: `unix:${path}` }, 65534)
    other.close()
    expect(complaint).toContain(`cannot listen on unix:${path}: another program listens there`)
  })

  it('that another server has put in the place of ours stays', async () => {
    const server = await start({ interface: `unix:${socket}` })
    const other = createServer((connection) => connection.end('other'))
    await rm(socket)
    other.listen(socket)
    await once(other, 'listening')
    expect(await server.stop()).toBe(0)
    expect((await lstat(socket)).isSocket()).toBe(true)
    other.close()
  })

  it.each<readonly [string, () => Promise<string>, RegExp]>([
    ['a file is in its place', async () => socket, /it is no socket; remove it/],
    ['its folder does not exist', async () => `${socket}.d/http.sock`, /the folder does not exist/],
  ])('cannot be made when %s', async (_name, path, complaint) => {
    await writeFile(socket, 'precious')
    expect(await refused({ interface: `unix:${await path()}` })).toMatch(complaint)
    expect((await lstat(socket)).size).toBe(8)
  })

  it('cannot be made where the user may not write', async () => {
    const folder = join(data.path, '../run')
    await mkdir(folder)
    for (const each of ['', 'nodes', 'resources']) await chown(join(data.path, each), 65534, 65534)
    const complaint = await refused({ interface: `unix:${folder}/http.sock` }, 65534)
    expect(complaint).toMatch(/may not write into it/)
  })

  it('goes to a group that the user is a member of', async () => {
    const folder = join(data.path, '../run')
    await mkdir(folder)
    for (const each of ['', 'nodes', 'resources']) await chown(join(data.path, each), 65534, 65534)
    await chown(folder, 65534, 65534)
    const server = { interface: `unix:${folder}/http.sock`, socket_group: 'daemon' }
    expect(await refused(server, 65534)).toContain(
      'the user must be a member of the group of [server] socket_group',
    )
  })

  it('names a group that exists', async () => {
    const complaint = await refused({ interface: `unix:${socket}`, socket_group: 'nosuchgroup' })
    expect(complaint).toMatch(
      /\[server\] socket_group = nosuchgroup: there is no group nosuchgroup/,
    )
  })
})

describe('the address of a client', () => {
  async function logged(trusted: string, headers: Readonly<Record<string, string>>) {
    const server = await startServer({
      dataRoot: data.path,
      arguments: ['--debug'],
      settings: { server: { trusted_proxies: trusted, interface: `127.0.0.1, unix:${socket}` } },
    })
    await rawRequest({ port: server.port, target: '/bootstrap?tcp', headers })
    const flags = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
    await curl('--unix-socket', socket, ...flags, 'http://any/bootstrap?unix')
    const line = async (query: string) => {
      await server.logs(`GET /bootstrap?${query} 200`)
      return new RegExp(`(\\S+) GET /bootstrap\\?${query} `).exec(server.log())?.[1]
    }
    const addresses = [await line('tcp'), await line('unix')]
    await server.stop()
    return addresses
  }

  it.each<readonly [string, string, Record<string, string>, readonly string[]]>([
    ['is the peer', '', {}, ['127.0.0.1', 'unix']],
    [
      'is the peer where nobody is trusted',
      '',
      { 'x-forwarded-for': '192.0.2.60' },
      ['127.0.0.1', 'unix'],
    ],
    [
      'is the peer of another proxy',
      '10.0.0.0/8',
      { forwarded: 'for=192.0.2.60' },
      ['127.0.0.1', 'unix'],
    ],
    [
      'is what a trusted proxy says',
      '127.0.0.1, unix',
      { 'x-forwarded-for': '192.0.2.60' },
      ['192.0.2.60', '192.0.2.60'],
    ],
    [
      'is what it says by Forwarded',
      '127.0.0.0/8',
      { forwarded: 'for=192.0.2.60' },
      ['192.0.2.60', 'unix'],
    ],
  ])('%s', async (_name, trusted, headers, addresses) => {
    expect(await logged(trusted, headers)).toEqual(addresses)
  })

  it('is not what somebody says who is gone before the server asks who it was', async () => {
    const server = await startServer({
      dataRoot: data.path,
      arguments: ['--debug'],
      settings: { server: { trusted_proxies: 'unix', interface: `127.0.0.1, unix:${socket}` } },
    })
    const gone = connect(server.port, '127.0.0.1')
    await once(gone, 'connect')
    await new Promise<void>((written) => {
      const head =
        'GET /bootstrap?gone HTTP/1.1\r\nHost: any\r\nX-Forwarded-For: 192.0.2.60\r\n\r\n'
      gone.write(head, () => written())
    })
    gone.resetAndDestroy()
    await server.logs('GET /bootstrap?gone ')
    expect(server.log()).toMatch(/ (unknown|127\.0\.0\.1) GET \/bootstrap\?gone /)
    await server.stop()
  })
})
