import { chmod, chown, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../src/http/free-port.ts'
import { Authority } from './support/certificates.ts'
import { curl } from './support/curl.ts'
import { type DataRoot, makeDataRoot, writeFiles } from './support/data-root.ts'
import { FABRIC, leafReport, postNode } from './support/fabric.ts'
import { runZtps, startServer } from './support/server.ts'

/** Debian's users of these names have had these numbers for ever. */
const DAEMON = 1

let data: DataRoot

beforeAll(() => {
  if (process.getuid?.() !== 0) throw new Error('these tests change users: run them as root')
})

beforeEach(async () => {
  data = await makeDataRoot(FABRIC)
  await chmod(join(data.path, '..'), 0o755)
  await give(data.path, DAEMON)
})

afterEach(() => data.remove())

async function give(folder: string, uid: number): Promise<void> {
  await chown(folder, uid, uid)
  for (const name of await readdir(folder, { recursive: true })) {
    await chown(join(folder, name), uid, uid)
  }
}

/** Real, effective, saved and file-system ids, and groups, of every thread. */
async function identitiesOf(pid: number): Promise<readonly string[]> {
  const threads = await readdir(`/proc/${pid}/task`)
  const statuses = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/status`, 'utf8')),
  )
  const lines = statuses.map((text) => text.match(/^(?:Uid|Gid|Groups|CapEff):.*$/gm)?.join(' '))
  return [...new Set(lines.map((line) => String(line).replaceAll(/\s+/g, ' ').trim()))]
}

describe('[server] user', () => {
  it('is who serves, once a port below 1024 is bound', async () => {
    await writeFiles(data.path, {
      'config-handlers/who': '#!/bin/sh\necho "who=$(id -u):$(id -g) home=$HOME user=$USER"\n',
    })
    const port = await freePort(700, 1_000)
    const socket = join(data.path, '../http.sock')
    const log = join(data.path, 'ztps.log')
    const server = await startServer({
      dataRoot: data.path,
      port,
      settings: {
        server: { user: 'daemon', interface: `127.0.0.1, unix:${socket}` },
        log: { file: log },
      },
    })
    const [identity, ...others] = await identitiesOf(server.pid)
    expect(others).toEqual([])
    expect(identity).toBe('Uid: 1 1 1 1 Gid: 1 1 1 1 Groups: 1 CapEff: 0000000000000000')
    expect((await postNode(server.url, leafReport('USER1'))).status).toBe(201)
    await writeFiles(data.path, {
      'nodes/USER1/config-handler': await readFile(join(data.path, 'config-handlers/who')),
    })
    const put = { method: 'PUT', body: 'hostname user1\n' }
    expect((await fetch(`${server.url}/nodes/USER1/startup-config`, put)).status).toBe(201)
    expect((await curl('--unix-socket', socket, 'http://any/bootstrap')).status).toBe(200)
    for (const path of [log, socket, '.ztps', 'nodes/USER1', 'nodes/USER1/startup-config']) {
      const { uid, gid } = await stat(path.startsWith('/') ? path : join(data.path, path))
      expect([path, uid, gid]).toEqual([path, DAEMON, DAEMON])
    }
    expect(await server.stop()).toBe(0)
    expect(await readFile(log, 'utf8')).toContain('who=1:1 home=/usr/sbin user=daemon')
  })

  it.each([
    ['by numbers', '1', '8', `Uid: 1 1 1 1 Gid: 8 8 8 8 Groups: 8`],
    ['by names', 'daemon', 'mail', `Uid: 1 1 1 1 Gid: 8 8 8 8 Groups: 8`],
    ['that nobody has', '4711', '8', `Uid: 4711 4711 4711 4711 Gid: 8 8 8 8 Groups: 8`],
  ])('%s, with [server] group', async (_name, user, group, identity) => {
    await give(data.path, Number(user) || DAEMON)
    const server = await startServer({ dataRoot: data.path, settings: { server: { user, group } } })
    expect(await identitiesOf(server.pid)).toEqual([`${identity} CapEff: 0000000000000000`])
    expect((await postNode(server.url, leafReport('USER2'))).status).toBe(201)
    expect((await stat(join(data.path, 'nodes/USER2'))).uid).toBe(Number(user) || DAEMON)
    expect(await server.stop()).toBe(0)
  })

  it('has the data directory checked as that user', async () => {
    await give(data.path, 0)
    await chmod(join(data.path, 'nodes'), 0o755)
    const start = startServer({ dataRoot: data.path, settings: { server: { user: 'daemon' } } })
    await expect(start).rejects.toThrow(
      /status 1.*the server's user has no write permission.*nodes/s,
    )
  })

  it('may be the user that the server is started as', async () => {
    const server = await startServer({
      dataRoot: data.path,
      user: DAEMON,
      settings: { server: { user: 'daemon' } },
    })
    expect(await server.stop()).toBe(0)
  })

  it.each([
    [
      'does not exist',
      'user = nosuchuser',
      undefined,
      /user = nosuchuser: there is no user nosuchuser/,
    ],
    [
      'is a number of nobody',
      'user = 4711',
      undefined,
      /user = 4711: no user has this number; set group/,
    ],
    [
      'has a group that does not exist',
      'user = daemon\ngroup = nosuch',
      undefined,
      /group = nosuch: there is no group nosuch/,
    ],
    ['is missing', 'group = daemon', undefined, /group is set without user/],
    [
      'is another, and we are not root',
      'user = mail',
      DAEMON,
      /runs as user number 1, and only root can become another/,
    ],
  ])('is refused when it %s', async (_name, lines, as, complaint) => {
    const conf = join(data.path, '../refused.conf')
    const port = await freePort()
    await writeFile(
      conf,
      `[default]\ndata_root = ${data.path}\n[server]\nport = ${port}\n${lines}\n`,
    )
    const { status, stderr } = await runZtps(['-c', conf], as ? { uid: as, gid: as } : {})
    expect([status, stderr]).toEqual([1, expect.stringMatching(complaint)])
    expect(stderr).toContain('[server] ')
  })

  it('is refused when root lacks the rights of root, and nothing stays behind', async () => {
    const folder = join(data.path, '../run')
    await mkdir(folder)
    const start = startServer({
      dataRoot: data.path,
      through: ['setpriv', '--bounding-set', '-setuid,-setgid', '--inh-caps', '-setuid,-setgid'],
      settings: { server: { user: 'daemon', interface: `unix:${folder}/http.sock` } },
    })
    await expect(start).rejects.toThrow(
      /status 1.*\[server\] user: root may not become daemon here.*CAP_SETUID and CAP_SETGID/s,
    )
    expect(await readdir(folder)).toEqual([])
  })

  it('cannot read a new certificate that is for root alone: it is told at start', async () => {
    const authority = await Authority.in(join(data.path, '../ca'))
    const { cert, key } = await authority.issue('root-only')
    await chmod(key, 0o600)
    const server = await startServer({
      dataRoot: data.path,
      settings: {
        default: { server_url: 'https://h' },
        server: { user: 'daemon', tls_cert: cert, tls_key: key },
      },
    })
    await server.logs(/WARNING.*cannot read .*-key\.pem: permission denied.*will need a restart/)
    const { status } = await curl(
      '--cacert',
      authority.cert,
      `https://127.0.0.1:${server.port}/bootstrap`,
    )
    expect(status).toBe(200)
    await server.stop()
  })
})

it('a server that has become another user removes its unix socket, where it may', async () => {
  const folder = join(data.path, '../run')
  await mkdir(folder)
  await chown(folder, DAEMON, DAEMON)
  const settings = { server: { user: 'daemon', interface: `unix:${folder}/http.sock` } }
  const server = await startServer({ dataRoot: data.path, settings })
  expect(await readdir(folder)).toEqual(['http.sock'])
  expect(await server.stop()).toBe(0)
  expect(await readdir(folder)).toEqual([])
})
