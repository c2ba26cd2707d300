import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
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
