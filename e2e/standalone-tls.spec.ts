import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  chmod,
  chown,
  copyFile,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { connect as connectTcp } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { connect, type SecureVersion } from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../src/http/free-port.ts'
import { Authority, type CertificateFiles } from './support/certificates.ts'
import { curl } from './support/curl.ts'
import { type DataRoot, makeDataRoot } from './support/data-root.ts'
import { FABRIC, leafReport } from './support/fabric.ts'
import { Load } from './support/load.ts'
import { rawRequest } from './support/raw-request.ts'
import { runZtps, startServer, type TestServer } from './support/server.ts'

const PATIENCE = { timeout: 60_000 }
/** How often the server looks at its files. */
const EVERY_MS = 1_000

let certificates: DataRoot
let authority: Authority
let good: CertificateFiles
let data: DataRoot
/** Where the server looks. */
let files: CertificateFiles

beforeAll(async () => {
  certificates = await makeDataRoot({})
  authority = await Authority.in(join(certificates.path, 'ca'))
  good = await authority.issue('good')
})

afterAll(() => certificates.remove())

beforeEach(async () => {
  data = await makeDataRoot(FABRIC)
  files = { cert: join(data.path, '../cert.pem'), key: join(data.path, '../key.pem') }
  await install(good)
})

afterEach(() => data.remove())

/**
 * Puts a certificate where the server looks, one file after the other as a renewal does.
 *
 * @param pause between the two, in milliseconds
 * @returns how long they did not fit at most, in milliseconds
 */
async function install({ cert, key }: CertificateFiles, pause = 0): Promise<number> {
  await copyFile(cert, `${files.cert}.new`)
  await copyFile(key, `${files.key}.new`)
  const began = performance.now()
  await rename(`${files.cert}.new`, files.cert)
  if (pause > 0) await wait(pause)
  await rename(`${files.key}.new`, files.key)
  return performance.now() - began
}

async function start(more: Readonly<Record<string, string>> = {}): Promise<TestServer> {
  const port = await freePort()
  return startServer({
    dataRoot: data.path,
    settings: {
      default: { server_url: `https://127.0.0.1:${port}` },
      server: { tls_cert: files.cert, tls_key: files.key, port, ...more },
    },
    port,
  })
}

async function refused(settings: Readonly<Record<string, string>>): Promise<string> {
  const conf = join(data.path, '../refused.conf')
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}\n`)
  await writeFile(
    conf,
    `[default]\ndata_root = ${data.path}\n[server]\nport = ${await freePort()}\n${lines.join('')}`,
  )
  const { status, stderr } = await runZtps(['-c', conf])
  expect(status).toBe(1)
  expect(stderr).not.toMatch(/\n\s+at /)
  return stderr
}

/** The serial number of the certificate that a new connection meets. */
function serialAt(port: number, version: SecureVersion = 'TLSv1.3'): Promise<string> {
  return new Promise((resolve, reject) => {
    // OpenSSL of today speaks TLS 1.1 only where nothing is asked of it.
    const ciphers = 'ALL:@SECLEVEL=0'
    const options = { host: '127.0.0.1', port, rejectUnauthorized: false, ciphers }
    const socket = connect({ ...options, minVersion: 'TLSv1', maxVersion: version }, () => {
      resolve(socket.getPeerCertificate().serialNumber)
      socket.end()
    })
    socket.on('error', reject)
  })
}

async function serialOf({ cert }: CertificateFiles): Promise<string> {
  const { stdout } = await promisify(execFile)('openssl', [
    'x509',
    '-noout',
    '-serial',
    '-in',
    cert,
  ])
  return stdout.trim().replace('serial=', '')
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0
}

async function concatenate(into: string, ...parts: readonly string[]): Promise<void> {
  await writeFile(into, (await Promise.all(parts.map((each) => readFile(each)))).join(''))
}

describe('a server with a certificate', () => {
  it('serves the whole API over TLS, and says https', async () => {
    const server = await start({ interface: '127.0.0.1, ::1' })
    await server.logs(`Starting server on https://127.0.0.1:${server.port}`)
    await server.logs(`Starting server on https://[::1]:${server.port}`)
    const url = `https://127.0.0.1:${server.port}`
    const trust = ['--cacert', authority.cert]
    const script = await curl(...trust, `https://[::1]:${server.port}/bootstrap`)
    expect([script.status, script.body]).toEqual([
      200,
      expect.stringContaining(`SERVER = '${url}'`),
    ])
    const report = JSON.stringify(leafReport('TLS1'))
    expect((await curl(...trust, '-d', report, `${url}/nodes`)).status).toBe(201)
    expect((await curl(...trust, `${url}/nodes/TLS1`)).body).toContain('192.0.2.10/24')
    expect((await curl(...trust, `${url}/files/base.template`)).body).toBe('hostname $name\n')
    expect(server.log()).not.toMatch(/WARNING|ERROR/)
    expect(await server.stop()).toBe(0)
  })

  it.each<readonly [SecureVersion, RegExp | undefined]>([
    ['TLSv1.3', undefined],
    ['TLSv1.2', undefined],
    ['TLSv1.1', /protocol version|no protocols available|unsupported protocol/],
  ])('%s', async (version, complaint) => {
    const server = await start()
    if (complaint === undefined) {
      expect(await serialAt(server.port, version)).toBe(await serialOf(good))
    } else {
      await expect(serialAt(server.port, version)).rejects.toThrow(complaint)
      await server.logs(/WARNING.*127\.0\.0\.1: no TLS connection: .*unsupported protocol/)
    }
    await server.stop()
  })

  it('logs who does not accept its certificate, and what he says', async () => {
    // IPv4 comes as IPv6 there.
    const server = await start({ interface: '::' })
    const stranger = await Authority.in(join(certificates.path, 'stranger'))
    const url = `https://127.0.0.1:${server.port}/bootstrap`
    expect((await curl('--cacert', stranger.cert, url)).complaint).toContain('certificate')
    await server.logs(
      / 127\.0\.0\.1: does not accept the certificate of \[server\] tls_cert: it says "unknown ca"$/m,
    )
    await server.stop()
  })

  it('tells a client that speaks plain http', async () => {
    const server = await start()
    const { status, headers, body } = await rawRequest({
      port: server.port,
      method: 'POST',
      target: '/nodes',
      body: 'x'.repeat(100_000),
    })
    expect([status, headers.get('content-type')]).toEqual([400, 'text/html; charset=UTF-8'])
    expect(body.toString()).toContain('this port speaks https, and the request is plain http')
    await server.logs(/WARNING.*127\.0\.0\.1: spoke no TLS; this port is for https only/)
    await server.stop()
  })

  it('does not listen for ever to a client that speaks plain http', async () => {
    const server = await start()
    // It takes no notice of the server's last word.
    const there = { port: server.port, host: '127.0.0.1', allowHalfOpen: true }
    const socket = connectTcp(there).resume()
    socket.on('error', () => {})
    const closed = new Promise((resolve) => socket.once('close', () => resolve('closed')))
    socket.write('POST /nodes HTTP/1.1\r\n')
    const trickle = setInterval(() => socket.write('x'), 200)
    expect(await Promise.race([closed, wait(20_000, 'still open')])).toBe('closed')
    clearInterval(trickle)
    expect(await server.stop()).toBe(0)
  })

  it('speaks plain http on its unix socket', async () => {
    const socket = join(data.path, '../http.sock')
    const server = await start({ interface: `127.0.0.1, unix:${socket}` })
    await server.logs(`Starting server on unix:${socket}`)
    expect((await curl('--unix-socket', socket, 'http://any/bootstrap')).status).toBe(200)
    await server.stop()
  })

  it('asks clients for theirs when it has a tls_ca', async () => {
    const other = await Authority.in(join(certificates.path, 'other'))
    const server = await start({ tls_ca: authority.cert })
    const url = `https://127.0.0.1:${server.port}/bootstrap`
    const ask = (as: CertificateFiles) =>
      curl('--cacert', authority.cert, '--cert', as.cert, '--key', as.key, url)
    expect((await ask(await authority.issue('client'))).status).toBe(200)
    expect(await ask(await other.issue('stranger'))).toMatchObject({ status: 0 })
    expect(await curl('--cacert', authority.cert, url)).toMatchObject({ status: 0 })
    await server.logs(/WARNING.*127\.0\.0\.1: no certificate of \[server\] tls_ca: [A-Z]/)
    await server.stop()
  })

  it('finishes a download, and cuts a handshake that does not come, when it is stopped', async () => {
    await writeFile(join(data.path, 'files/image.swi'), Buffer.alloc(64 * 1024 * 1024, 'x'))
    const server = await start()
    const received = join(data.path, '../received')
    const image = curl(
      ...['--cacert', authority.cert, '--limit-rate', '50M'],
      ...['-o', received, '-w', '%{size_download}\n%{http_code}'],
      `https://127.0.0.1:${server.port}/files/image.swi`,
    )
    const early = connectTcp(server.port, '127.0.0.1')
    await once(early, 'connect')
    await expect.poll(() => sizeOf(received), PATIENCE).toBeGreaterThan(0)
    const stopped = server.stop()
    expect(await image).toMatchObject({ exit: 0, status: 200, body: String(64 * 1024 * 1024) })
    expect(await stopped).toBe(0)
    early.destroy()
  })
})

describe.each([1, 2])('with workers = %s', (workers) => {
  it('outlives whatever is said instead of a handshake, and keeps nothing of it', async () => {
    const server = await start({ workers: String(workers) })
    const processes = [server.pid, ...(await childrenOf(server.pid))]
    const before = await descriptorsOf(processes)
    const hello = Buffer.from([0x16, 3, 1, 2, 0])
    for (let round = 0; round < 30; round += 1) {
      const openings = [randomBytes(200), Buffer.concat([hello, randomBytes(500)]), hello]
      await Promise.all([
        ...openings.map((bytes) => hangUp(server.port, bytes, 'destroy')),
        ...openings.map((bytes) => hangUp(server.port, bytes, 'resetAndDestroy')),
        hangUp(server.port, Buffer.from('GET / HT'), 'resetAndDestroy'),
        hangUp(server.port, Buffer.from('GET / HT'), 'end'),
        hangUp(server.port, Buffer.alloc(0), 'end'),
        hangUp(server.port, Buffer.alloc(0), 'resetAndDestroy'),
      ])
    }
    const url = `https://127.0.0.1:${server.port}/bootstrap`
    expect((await curl('--cacert', authority.cert, url)).status).toBe(200)
    expect([server.pid, ...(await childrenOf(server.pid))]).toEqual(processes)
    await expect
      .poll(() => descriptorsOf(processes), { timeout: 10_000 })
      .toBeLessThan(before + 10 * processes.length)
    expect(await server.stop()).toBe(0)
  })
})

async function childrenOf(pid: number): Promise<readonly number[]> {
  const list = await readFile(`/proc/${pid}/task/${pid}/children`, 'latin1')
  return list.split(' ').filter(Boolean).map(Number)
}

async function descriptorsOf(pids: readonly number[]): Promise<number> {
  const lists = await Promise.all(pids.map((pid) => readdir(`/proc/${pid}/fd`)))
  return lists.flat().length
}

/** Says something, and goes: politely or not. */
async function hangUp(
  port: number,
  bytes: Buffer,
  how: 'destroy' | 'resetAndDestroy' | 'end',
): Promise<void> {
  const socket = connectTcp(port, '127.0.0.1')
  socket.on('error', () => {})
  const closed = new Promise((resolve) => socket.once('close', resolve))
  await once(socket, 'connect')
  socket.resume().write(bytes)
  await wait(10)
  socket[how]()
  await closed
}

describe('a server without', () => {
  it('logs that a client speaks TLS', async () => {
    const server = await startServer({ dataRoot: data.path })
    await expect(serialAt(server.port)).rejects.toThrow(/wrong version number|packet length/)
    await server.logs(/WARNING.*127\.0\.0\.1: spoke TLS; this port is for plain http/)
    await server.stop()
  })
})

describe('server_url', () => {
  it.each<readonly [string, string, Record<string, string>, RegExp | undefined]>([
    [
      'http with TLS',
      'http://h',
      { tls: 'yes' },
      /server_url is http:\/\/h, but the server speaks https/,
    ],
    [
      'https without',
      'https://h',
      {},
      /server_url is https:\/\/h, but the server speaks plain http/,
    ],
    ['https before a front server', 'https://h', { trusted_proxies: '10.0.0.1' }, undefined],
  ])('%s', async (_name, url, { tls, ...settings }, warning) => {
    const secure = tls === undefined ? {} : { tls_cert: files.cert, tls_key: files.key }
    const server = await startServer({
      dataRoot: data.path,
      settings: { default: { server_url: url }, server: { ...settings, ...secure } },
    })
    if (warning === undefined) expect(server.log()).not.toContain('WARNING')
    else await server.logs(warning)
    await server.stop()
  })
})

describe('a certificate that cannot be used at start', () => {
  it.each<readonly [string, () => Promise<unknown>, (at: CertificateFiles) => string]>([
    [
      'its key is that of another',
      async () => copyFile((await authority.issue('other')).key, files.key),
      ({ key }) => `[server] tls_key: ${key} is not the key of the certificate in tls_cert`,
    ],
    [
      'it stands after that of its authority',
      () => concatenate(files.cert, authority.cert, good.cert),
      ({ cert }) =>
        `[server] tls_cert: ${cert} does not begin with the certificate that tls_key belongs to`,
    ],
    [
      'garbage in its place',
      () => writeFile(files.cert, 'garbage'),
      ({ cert }) => `[server] tls_cert: ${cert} holds no certificate in PEM form`,
    ],
    [
      'a broken one in its place',
      async () => writeFile(files.cert, (await readFile(good.cert, 'utf8')).replace('MII', 'XXX')),
      ({ cert }) => `[server] tls_cert: ${cert} holds a certificate that cannot be read`,
    ],
    [
      'garbage for its key',
      () => writeFile(files.key, Buffer.from([0, 1, 2, 255])),
      ({ key }) => `[server] tls_key: ${key} holds no private key in PEM form`,
    ],
    [
      'its key behind a passphrase',
      async () => copyFile(await authority.protect(good.key), files.key),
      ({ key }) => `[server] tls_key: ${key} is protected by a passphrase`,
    ],
    [
      'it does not exist',
      () => rm(files.cert),
      ({ cert }) => `[server] tls_cert: ${cert} does not exist`,
    ],
    [
      'garbage for the authorities',
      () => writeFile(`${files.cert}.ca`, 'garbage'),
      ({ cert }) => `[server] tls_ca: ${cert}.ca holds no certificate in PEM form`,
    ],
  ])('%s', async (_name, spoil, complaint) => {
    await writeFile(`${files.cert}.ca`, await readFile(authority.cert))
    await spoil()
    const settings = { tls_cert: files.cert, tls_key: files.key, tls_ca: `${files.cert}.ca` }
    expect(await refused(settings)).toContain(complaint(files))
  })

  it('may not be read', async () => {
    for (const folder of ['', 'nodes', 'resources']) {
      await chown(join(data.path, folder), 65534, 65534)
    }
    await chmod(join(data.path, '..'), 0o755)
    await chmod(files.key, 0o600)
    const conf = join(data.path, '../refused.conf')
    await writeFile(
      conf,
      `[default]\ndata_root = ${data.path}\n[server]\ntls_cert = ${files.cert}\ntls_key = ${files.key}\n`,
    )
    const { status, stderr } = await runZtps(['-c', conf], { uid: 65534, gid: 65534 })
    const complaint = `[server] tls_key: cannot read ${files.key}: permission denied`
    expect([status, stderr]).toEqual([1, expect.stringContaining(complaint)])
  })

  it.each([
    [{ tls_cert: '/x' }, '[server] tls_key is missing'],
    [{ tls_key: '/x' }, '[server] tls_cert is missing'],
    [{ tls_ca: '/x' }, '[server] tls_cert is missing'],
  ])('%j alone', async (settings, complaint) => {
    expect(await refused(settings)).toContain(complaint)
  })

  it.each([
    ['expired', -9, -2, /WARNING.*cert\.pem has expired on 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC/],
    ['not valid yet', 2, 9, /WARNING.*cert\.pem is not valid before 20\d\d-\d\d-\d\d/],
  ])('but one that is %s is used, with a word about it', async (name, from, to, complaint) => {
    const untimely = await authority.issue(name.replaceAll(' ', '-'), from, to)
    await install(untimely)
    const server = await start()
    await server.logs(complaint)
    expect(await serialAt(server.port)).toBe(await serialOf(untimely))
    await server.stop()
  })
})

it.each([
  ['expired', -9, -2, /WARNING.*cert\.pem: a certificate after the server's own has expired on /],
  ['not valid yet', 2, 9, /WARNING.*cert\.pem: a certificate after .* is not valid before /],
])('a certificate is used with a word about those between, of which one is %s', async (...row) => {
  const [name, from, to, complaint] = row
  const between = await authority.issue(name.replaceAll(' ', '-'), from, to)
  const chain = [good.cert, between.cert].map((path) => readFile(path, 'utf8'))
  await writeFile(files.cert, (await Promise.all(chain)).join(''))
  const server = await start()
  await server.logs(complaint)
  await server.stop()
})

describe('a certificate that is replaced', () => {
  it('under load: no request fails, new connections meet the new one', async () => {
    const next = [await authority.issue('second'), await authority.issue('third')]
    const server = await start()
    const load = new Load(`https://127.0.0.1:${server.port}/bootstrap`, {
      ca: await readFile(authority.cert),
    })
    const gaps: number[] = []
    await expect.poll(() => load.serials.size, PATIENCE).toBe(1)
    for (const [at, each] of next.entries()) {
      // Long enough for the server to find two files that do not fit.
      gaps.push(await install(each, 700))
      const serial = await serialOf(each)
      await expect.poll(() => serialAt(server.port), PATIENCE).toBe(serial)
      await expect.poll(() => load.serials.size, PATIENCE).toBe(at + 2)
    }
    await expect.poll(() => load.answers, PATIENCE).toBeGreaterThan(100)
    await load.end()
    expect(new Set(load.failures)).toEqual(new Set())
    expect(server.log().match(/a new certificate is in use, valid until/g)).toHaveLength(2)
    // Two files that do not fit are an error when the server has found the same ones twice.
    const complaints = server.log().match(/ERROR/g) ?? []
    expect(complaints.length).toBeLessThanOrEqual(gaps.filter((gap) => gap >= EVERY_MS).length)
    expect(await server.stop()).toBe(0)
  })

  it('too late is used on, and the log says so, once', async () => {
    const seconds = 1 / 86_400
    const end = Date.now() + 20_000
    await install(await authority.issue('short', -1, 20 * seconds))
    const server = await start()
    expect(server.log()).not.toMatch(/WARNING|ERROR/)
    await wait(end - Date.now())
    await server.logs(/ERROR.*cert\.pem has expired on .*; clients will refuse it/)
    await wait(2_000)
    expect(server.log().match(/ERROR/g)).toHaveLength(1)
    await server.stop()
  })

  it('is taken up with one after it that has expired, which many clients do not need', async () => {
    const [second, old] = [await authority.issue('second'), await authority.issue('old', -9, -2)]
    const server = await start()
    await copyFile(second.key, files.key)
    await concatenate(files.cert, second.cert, old.cert)
    await server.logs('a new certificate is in use')
    await server.logs(
      /WARNING.*cert\.pem: a certificate after the server's own has expired on .*; clients may refuse it/,
    )
    const trust = ['--cacert', authority.cert]
    expect((await curl(...trust, `https://127.0.0.1:${server.port}/bootstrap`)).status).toBe(200)
    expect(server.log().match(/WARNING/g)).toHaveLength(1)
    await server.stop()
  })

  it('by nothing, twice: the log says so each time', async () => {
    const server = await start()
    const errors = () => server.log().match(/ERROR.*key\.pem does not exist/g)?.length
    await rm(files.key)
    await expect.poll(errors).toBe(1)
    await copyFile(good.key, files.key)
    await server.logs('a new certificate is in use')
    await rm(files.key)
    await expect.poll(errors).toBe(2)
    await server.stop()
  })

  it('is taken up at once on SIGHUP', async () => {
    const second = await authority.issue('second')
    const server = await start()
    await install(second)
    process.kill(server.pid, 'SIGHUP')
    await server.logs('a new certificate is in use')
    expect(await serialAt(server.port)).toBe(await serialOf(second))
    await server.stop()
  })

  it.each<readonly [string, () => Promise<unknown>, RegExp]>([
    [
      'garbage',
      () => writeFile(files.cert, 'garbage'),
      /cert\.pem holds no certificate in PEM form/,
    ],
    [
      'another key',
      async () => copyFile((await authority.issue('other')).key, files.key),
      /key\.pem is not the key of the certificate in tls_cert/,
    ],
    ['nothing', () => rm(files.key), /key\.pem does not exist/],
    [
      'an expired one',
      async () => install(await authority.issue('expired', -9, -2)),
      /cert\.pem has expired on 20/,
    ],
  ])('by %s: the old one stays, and the log says why, once', async (_name, spoil, complaint) => {
    const server = await start()
    await spoil()
    await server.logs(new RegExp(`ERROR.*${complaint.source}.*; the certificate in use stays`))
    await wait(2_500)
    expect(server.log().match(/ERROR/g)).toHaveLength(1)
    expect(await serialAt(server.port)).toBe(await serialOf(good))
    // Mended, it is taken up without more ado.
    const mended = await authority.issue('mended')
    await install(mended)
    await expect.poll(() => serialAt(server.port), PATIENCE).toBe(await serialOf(mended))
    expect(await server.stop()).toBe(0)
  })
})
