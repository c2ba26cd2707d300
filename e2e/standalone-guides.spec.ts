import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../src/http/free-port.ts'
import { makeDataRoot } from './support/data-root.ts'
import { FABRIC } from './support/fabric.ts'
import { type Fence, fencesIn, readPage } from './support/fences.ts'
import { settingsComplaints } from './support/ini-fences.ts'
import { startServer } from './support/server.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PAGES = ['docs/guides/standalone.md', 'docs/guides/tls.md']
const run = promisify(execFile)

async function fencesOf(page: string): Promise<readonly Fence[]> {
  return fencesIn(await readPage(page))
}

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ztps-guides-'))
})

afterAll(() => rm(folder, { recursive: true }))

describe.each(PAGES)('%s', (page) => {
  it('shows configurations that the server takes', async () => {
    const configurations = (await fencesOf(page)).filter(({ language }) => language === 'ini')
    expect(configurations.length).toBeGreaterThan(1)
    expect(settingsComplaints(await readPage(page))).toEqual([])
  })

  it('shows units that systemd takes', async () => {
    const units = (await fencesOf(page)).filter(({ language }) => language === 'systemd')
    const paths = await Promise.all(
      units.map(async ({ text }) => {
        const name = /^# \S*\/(\S+)\n/.exec(text)?.[1] ?? 'unit without a name'
        // This machine has neither the user nor the program.
        const here = text
          .replace('/usr/bin/ztps', join(ROOT, 'bin/ztps'))
          .replace(/^User=.*$/m, 'User=daemon')
          .replace(/^SocketGroup=.*$/m, 'SocketGroup=daemon')
        const path = join(folder, name)
        await writeFile(path, here)
        return path
      }),
    )
    if (paths.length === 0) return
    const { stderr } = await run('systemd-analyze', ['verify', '--man=no', ...paths])
    expect(stderr).toBe('')
  })
})

it('the commands of docs/guides/tls.md work as they stand', async () => {
  const [first] = (await fencesOf('docs/guides/tls.md')).filter(
    ({ language }) => language === 'console',
  )
  const [make, ask, ...others] = [...(first?.text ?? '').matchAll(/^\$ (.*)$/gm)].map(
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
