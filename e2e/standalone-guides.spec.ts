import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../src/http/free-port.ts'
import { makeDataRoot } from './support/data-root.ts'
import { FABRIC } from './support/fabric.ts'
import { fencesOf, readPage } from './support/fences.ts'
import { settingsComplaints } from './support/ini-fences.ts'
import { startServer } from './support/server.ts'

const PAGES = ['docs/guides/standalone.md', 'docs/guides/tls.md']
const run = promisify(execFile)

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ztps-guides-'))
})

afterAll(() => rm(folder, { recursive: true }))

describe.each(PAGES)('%s', (page) => {
  it('shows configurations that the server takes', async () => {
    const configurations = await fencesOf(page, 'ini')
    expect(configurations.length).toBeGreaterThan(1)
    expect(settingsComplaints(await readPage(page))).toEqual([])
  })
})

it('the commands of docs/guides/tls.md work as they stand', async () => {
  const [first = ''] = await fencesOf('docs/guides/tls.md', 'console')
  const [make, ask, ...others] = [...first.matchAll(/^\$ (.*)$/gm)].map(
    ([, command = '']) => command,
  )
  expect(others).toEqual([])
  await run('sh', ['-c', make ?? ''], { cwd: folder })
  const data = await makeDataRoot(FABRIC)
  const port = await freePort()
  const server = await startServer({
    dataRoot: data.path,
    port,
    settings: {
      default: { server_url: `https://localhost:${port}` },
      server: { tls_cert: join(folder, 'cert.pem'), tls_key: join(folder, 'key.pem') },
    },
  })
  const { stdout } = await run('sh', ['-c', (ask ?? '').replace('8443', String(port))], {
    cwd: folder,
  })
  expect(stdout).toContain(`SERVER = 'https://localhost:${port}'`)
  expect(await server.stop()).toBe(0)
  await data.remove()
})

it.skipIf(process.getuid?.() !== 0)(
  'after the command of docs/guides/tls.md the key of a renewal can be read, too (as root)',
  async () => {
    const [, grant = ''] = await fencesOf('docs/guides/tls.md', 'console')
    const keys = join(folder, 'letsencrypt/archive/ztp')
    await chmod(folder, 0o755)
    for (const name of ['live', 'archive']) {
      await mkdir(join(folder, 'letsencrypt', name), { recursive: true, mode: 0o700 })
    }
    await mkdir(keys)
    await writeFile(join(keys, 'privkey1.pem'), 'first', { mode: 0o600 })
    const command = grant
      .replace(/^# /, '')
      .replaceAll('u:ztpserver:', 'u:daemon:')
      .replaceAll('/etc/', `${folder}/`)
    await chmod(join(folder, 'letsencrypt'), 0o755)
    await run('sh', ['-c', command])
    // As Certbot renews: for root alone at first, then with what the group may do with the last one.
    const { mode } = await stat(join(keys, 'privkey1.pem'))
    await writeFile(join(keys, 'privkey2.pem'), 'second', { mode: 0o600 })
    await chmod(join(keys, 'privkey2.pem'), 0o600 | (mode & 0o070))
    const daemon = { uid: 1, gid: 1 }
    const { stdout } = await run('cat', ['privkey1.pem', 'privkey2.pem'], { cwd: keys, ...daemon })
    expect(stdout).toBe('firstsecond')
  },
)
