import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished } from 'vitest'
import { freePort } from '../../../src/http/free-port.ts'
import { Authority } from '../certificates.ts'
import { curl } from '../curl.ts'
import { makeDataRoot, writeFiles } from '../data-root.ts'
import { FABRIC } from '../fabric.ts'
import { runZtps, startServer } from '../server.ts'
import { post, type Story, withServer } from './story.ts'

const ZTPS = fileURLToPath(new URL('../../../bin/ztps', import.meta.url))
const NOBODY = 65_534
const run = promisify(execFile)

/** The machine, its disk or its settings are wrong. Needs root. */
export const ON_MACHINE: readonly Story[] = [
  ['the disk is full, then read-only', fullDisk],
  ['files are of somebody else', otherOwner],
  ['plain http on a port for https', (said) => clientOfTls(said, [-1, 2], 'http')],
  ['a client that does not know the authority', (said) => clientOfTls(said, [-1, 2], 'https')],
  ['a client of TLS 1.1', (said) => clientOfTls(said, [-1, 2], 'https', ...OLD_TLS)],
  ['an expired certificate', (said) => clientOfTls(said, [-3, -1], 'https')],
  ['a certificate of tomorrow', (said) => clientOfTls(said, [1, 2], 'https')],
  ['server_url leads to nobody, or to another server', wrongUrl],
  ['server_url has a name that nobody knows', unknownName],
  ['wrong settings', wrongSettings],
  ['a file of tomorrow', fileOfTomorrow],
]

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'ztps-trouble-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

async function fullDisk(said: string[]): Promise<void> {
  const disk = join(await folder(), 'disk')
  await mkdir(disk)
  await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk])
  try {
    await writeFiles(disk, { ...FABRIC, 'bootstrap/bootstrap': '$SERVER\n' })
    const server = await startServer({ dataRoot: disk })
    expect(await post(server, 'BEFORE1')).toBe(201)
    await writeFile(join(disk, 'ballast'), Buffer.alloc(2 * 1024 * 1024)).catch(() => {})
    expect(await post(server, 'FULL1')).toBe(400)
    await run('mount', ['-o', 'remount,ro', disk])
    expect(await post(server, 'BEFORE1')).toBe(400)
    await server.stop()
    said.push(server.log())
  } finally {
    await run('umount', ['--lazy', disk])
  }
}

async function otherOwner(said: string[]): Promise<void> {
  const data = await makeDataRoot({ ...FABRIC, 'nodes/THEIRS1/definition': 'actions: []\n' })
  onTestFinished(() => data.remove())
  await chmod(dirname(data.path), 0o755)
  for (const path of ['', 'nodes', 'resources']) await chown(join(data.path, path), NOBODY, NOBODY)
  const server = await startServer({ dataRoot: data.path, user: NOBODY })
  expect(await post(server, 'THEIRS1')).toBe(400)
  await server.stop()
  said.push(server.log())
}

/** Today's OpenSSL speaks it only when it is told to be content with anything. */
const OLD_TLS = ['--tls-max', '1.1', '--ciphers', 'DEFAULT@SECLEVEL=0']

async function clientOfTls(
  said: string[],
  [from, to]: readonly [number, number],
  scheme: 'http' | 'https',
  ...how: readonly string[]
): Promise<void> {
  const authority = await Authority.in(join(await folder(), 'ca'))
  const { cert, key } = await authority.issue('server', from, to)
  const settings = { server: { tls_cert: cert, tls_key: key } }
  await withServer(said, { settings }, async ({ port }) => {
    const { exit, status } = await curl(...how, `${scheme}://127.0.0.1:${port}/bootstrap`)
    expect([exit === 0, status]).toEqual(scheme === 'http' ? [true, 400] : [false, 0])
  })
}

/** Runs `ztps` on a data directory with a configuration of its own. */
async function ask(said: string[], lines: string, ...words: readonly string[]): Promise<void> {
  await askAbout(await fabric(), said, lines, ...words)
}

async function fabric(): Promise<string> {
  const data = await makeDataRoot(FABRIC)
  onTestFinished(() => data.remove())
  return data.path
}

async function askAbout(
  root: string,
  said: string[],
  lines: string,
  ...words: readonly string[]
): Promise<void> {
  const conf = join(root, '../trouble.conf')
  await writeFile(conf, `[default]\ndata_root = ${root}\n${lines}`)
  const { stdout, stderr } = await runZtps(['--conf', conf, ...words])
  said.push(stdout, stderr)
}

async function wrongUrl(said: string[]): Promise<void> {
  await ask(said, `server_url = http://127.0.0.1:${await freePort()}\n`, 'doctor')
  const other = createServer(({ url = '' }, response) => {
    const [, status, text] = url.split('/')
    response.writeHead(Number(status), { location: '/' }).end(text === 'script' ? '#!' : '<html>')
  })
  other.listen(0, '127.0.0.1')
  await once(other, 'listening')
  const address = other.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  for (const path of ['404', '301', '200', '200/script']) {
    await ask(said, `server_url = http://127.0.0.1:${port}/${path}\n`, 'doctor')
  }
  other.close()
}

/** Where there is no network, nobody is asked for the name. */
async function unknownName(said: string[]): Promise<void> {
  const url = 'server_url = http://ztp.example.net:8080\n'
  const network = ['--subnet', '10.0.0.0/24', '--range', '10.0.0.9-10.0.0.99']
  await ask(said, url, 'dhcp', 'isc', ...network)
  const root = await fabric()
  const conf = join(root, '../trouble.conf')
  await writeFile(conf, `[default]\ndata_root = ${root}\n${url}`)
  const { stdout } = await run('unshare', ['--net', ZTPS, '--conf', conf, 'doctor']).catch(
    (fault) => fault,
  )
  said.push(String(stdout))
}

async function wrongSettings(said: string[]): Promise<void> {
  await ask(said, '[server]\nport = much\n')
  const listen = `[server]\nport = ${await freePort()}\ninterface = 127.0.0.1\n`
  await ask(said, `data_root = /nowhere/ztpserver\n${listen}`)
}

async function fileOfTomorrow(said: string[]): Promise<void> {
  const root = await fabric()
  const tomorrow = new Date(Date.now() + 86_400_000)
  await utimes(join(root, 'neighbordb'), tomorrow, tomorrow)
  await askAbout(root, said, '', 'doctor')
}
