import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeFiles } from './support/data-root.ts'
import { postNode } from './support/fabric.ts'
import { followSteps } from './support/follow-steps.ts'
import { runZtps, startServer } from './support/server.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const GUIDE = join(ROOT, 'docs/guides/nodes.md')

let folder: string
let page: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ztps-guide-'))
  page = await readFile(GUIDE, 'utf8')
  await runZtps(['init', 'data'], { cwd: folder })
  const sheet = /```csv\n(.*?)```/s.exec(page)?.[1] ?? ''
  await writeFiles(folder, {
    'data/ztpserver.conf': '[default]\ndata_root = data\n',
    'rack12.csv': sheet,
  })
  await provision(['JPE21430002', 'JPE21430003'])
})

afterAll(() => rm(folder, { recursive: true, force: true }))

/** Leaves of pod 1 that have been through everything. */
async function provision(ids: readonly string[]): Promise<void> {
  const server = await startServer({ dataRoot: join(folder, 'data') })
  for (const serialnumber of ids) {
    const { status } = await postNode(server.url, {
      serialnumber,
      systemmac: `00:1c:73:00:10:0${serialnumber.slice(-1)}`,
      model: 'DCS-7050SX3-48YC8',
      version: '4.32.2F',
      neighbors: {
        Ethernet49: [{ device: 'pod1-spine1', port: 'Ethernet1' }],
        Ethernet50: [{ device: 'pod1-spine2', port: 'Ethernet1' }],
        Management1: [{ device: 'pod1-oob1', port: 'Ethernet1' }],
      },
    })
    expect(status).toBe(201)
    const node = `${server.url}/nodes/${serialnumber}`
    expect((await fetch(node)).status).toBe(200)
    const put = await fetch(`${node}/startup-config`, { method: 'PUT', body: 'hostname x\n' })
    expect(put.status).toBe(201)
  }
  await server.stop()
}

it('every command of the guide answers what the guide says', async () => {
  const conf = join(folder, 'data/ztpserver.conf')
  expect(await followSteps(page, { folder, conf })).toBeGreaterThan(10)
})
