import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeDataRoot } from './support/data-root.ts'
import { FABRIC } from './support/fabric.ts'
import { fencesIn, readPage, section } from './support/fences.ts'
import { followSteps } from './support/follow-steps.ts'
import { type ServerOptions, startServer, type TestServer } from './support/server.ts'
import { type Host, twoHosts } from './support/two-hosts.ts'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('..', import.meta.url))

let page: string
let folder: string
let hosts: { readonly server: Host; readonly client: Host; remove(): Promise<void> }

beforeAll(async () => {
  page = await readPage('docs/guides/firewall-selinux.md')
  folder = await mkdtemp(join(tmpdir(), 'ztps-guide-'))
  hosts = await twoHosts()
  const { server, client } = hosts
  for (const address of ['10.0.0.2/24', '10.9.9.2/24']) {
    await server.run('ip', 'address', 'add', address, 'dev', server.port)
  }
  for (const address of ['10.0.0.100/24', '10.9.9.100/24']) {
    await client.run('ip', 'address', 'add', address, 'dev', client.port)
  }
})

afterAll(async () => {
  await hosts.remove()
  await rm(folder, { recursive: true, force: true })
})

async function start(options: Partial<ServerOptions>): Promise<TestServer> {
  const data = await makeDataRoot(FABRIC)
  return startServer({
    dataRoot: data.path,
    port: 8080,
    through: hosts.server.through,
    settings: { server: { interface: '0.0.0.0' } },
    ...options,
  })
}

it('the rules let the network of the switches in, and nobody else', async () => {
  const { server, client } = hosts
  const rules = fencesIn(page).find(({ language }) => language === 'nft')?.text ?? ''
  const file = join(folder, 'ztpserver.nft')
  await writeFile(file, rules.replaceAll('eth1', server.port))
  await run(server.through[0] ?? '', [...server.through.slice(1), 'nft', '--check', '--file', file])
  await server.run('nft', '--file', file)
  const ztps = await start({})
  try {
    const place = { folder: ROOT, conf: '', through: client.through }
    expect(await followSteps(section(page, 'Whether it gets through'), place)).toBe(1)
    await server.run('curl', '-sf', '-o', '/dev/null', 'http://127.0.0.1:8080/bootstrap')
    const stranger = ['-s', '-m', '2', '-o', '/dev/null', 'http://10.9.9.2:8080/bootstrap']
    await expect(client.run('curl', ...stranger)).rejects.toMatchObject({ code: 28 })
  } finally {
    await ztps.stop()
  }
})
