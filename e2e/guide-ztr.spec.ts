import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeFiles } from './support/data-root.ts'
import { leafReport, postNode } from './support/fabric.ts'
import { fencesIn, filesIn, readPage, section } from './support/fences.ts'
import { followSteps } from './support/follow-steps.ts'
import { missingLine } from './support/log-fences.ts'
import { runZtps, startServer, type TestServer } from './support/server.ts'

const run = promisify(execFile)

let page: string
let folder: string
let server: TestServer
const conf = () => join(folder, 'ztpserver.conf')

beforeAll(async () => {
  page = await readPage('docs/guides/ztr.md')
  folder = await mkdtemp(join(tmpdir(), 'ztps-guide-'))
  await writeFiles(folder, {
    'ztpserver.conf': '[default]\ndata_root = data\n',
    'data/neighbordb':
      'patterns:\n  - {name: leaf, definition: leaf, interfaces: [Ethernet1: spine1]}\n',
    'data/definitions/leaf': filesIn(page)['definitions/leaf'] ?? '',
    'data/files/templates/leaf.template': 'hostname leaf\n',
    'data/files/images/EOS-4.32.2F.swi': 'an image\n',
  })
  server = await startServer({ dataRoot: join(folder, 'data') })
  await provision('JPE21430002', 'hostname as it was\n')
})

afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

async function provision(id: string, config: string): Promise<void> {
  expect((await postNode(server.url, leafReport(id))).status).toBe(201)
  const put = await fetch(`${server.url}/nodes/${id}/startup-config`, {
    method: 'PUT',
    body: config,
  })
  expect(put.status).toBe(201)
}

async function configOf(id: string): Promise<string> {
  return (await fetch(`${server.url}/nodes/${id}/startup-config`)).text()
}

it('the replacement goes as the page says', async () => {
  expect(await followSteps(page, { folder, conf: conf() })).toBe(1)
  expect((await postNode(server.url, leafReport('JPE21440077'))).status).toBe(409)
  expect((await fetch(`${server.url}/nodes/JPE21440077`)).status).toBe(200)
  await server.logs('JPE21440077: definition sent')
  const shown = fencesIn(page).find(({ language }) => language === 'log')?.text ?? ''
  expect(missingLine(server.log(), shown)).toBe(undefined)
  expect(await configOf('JPE21440077')).toBe('hostname as it was\n')
})

it('a copied folder is a replacement too', async () => {
  await provision('COPIED', 'hostname copied\n')
  const [copy] = fencesIn(section(page, 'In other ways'))
  const command = copy?.text.replace('JPE21430002', 'COPIED').replace('JPE21440077', 'COPY') ?? ''
  await run('sh', ['-c', command], { cwd: join(folder, 'data') })
  expect((await postNode(server.url, leafReport('COPY'))).status).toBe(409)
  expect((await fetch(`${server.url}/nodes/COPY`)).status).toBe(200)
  expect(await configOf('COPY')).toBe('hostname copied\n')
})

it('a switch on other cables is refused', async () => {
  const neighbors = { Ethernet1: [{ device: 'spine2', port: 'Ethernet1' }] }
  await postNode(server.url, leafReport('JPE21440077', { neighbors }))
  expect((await fetch(`${server.url}/nodes/JPE21440077`)).status).toBe(400)
  await server.logs('JPE21440077: node failed pattern validation (leaf)')
})

it('a new switch that has a place already needs --force', async () => {
  await provision('OLD', 'hostname old\n')
  await provision('NEW', 'hostname new\n')
  const replace = (...more: readonly string[]) =>
    runZtps(['-c', conf(), 'nodes', 'replace', 'OLD', 'NEW', ...more], { cwd: folder })
  const refused = await replace()
  expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('--force')])
  expect((await replace('--force')).status).toBe(0)
  expect(await configOf('NEW')).toBe('hostname old\n')
})
