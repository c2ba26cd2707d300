import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeFiles } from './support/data-root.ts'
import { followSteps } from './support/follow-steps.ts'
import { runZtps } from './support/server.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const GUIDE = join(ROOT, 'docs/guides/pools.md')

let folder: string
const conf = () => join(folder, 'data/ztpserver.conf')

/** What two leaves were given: pool → first entries, in the order of the nodes. */
const GIVEN = {
  leaf_asns: ['65101', '65102'],
  leaf_hostnames: ['pod1-leaf1', 'pod1-leaf2'],
  loopbacks: ['10.10.255.1/32', '10.10.255.2/32'],
  mgmt_subnet: ['10.10.0.11/24', '10.10.0.12/24'],
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ztps-guide-'))
  await runZtps(['init', 'data'], { cwd: folder })
  await writeFiles(folder, {
    'data/ztpserver.conf': '[default]\ndata_root = data\n',
    'data/nodes/JPE21430006/startup-config': 'hostname pod1-leaf1\n',
  })
  for (const [pool, [first = '', second = '']] of Object.entries(GIVEN)) {
    await give(pool, first, 'JPE21430006,in use,2026-03-02T02:12:44Z')
    await give(pool, second, 'JPE21430007,in use,2026-03-02T02:12:58Z')
  }
  await give('oob_hostnames', 'pod1-oob1', 'JPE21439999,held,')
})

afterAll(() => rm(folder, { recursive: true, force: true }))

async function give(pool: string, entry: string, holder: string): Promise<void> {
  const input = `key,holder,state,since\n${entry},${holder}\n`
  const { status, stderr } = await runZtps(['-c', conf(), 'pools', 'import', pool, '-'], {
    cwd: folder,
    input,
  })
  expect([status, stderr]).toEqual([0, ''])
}

it('every command of the guide answers what the guide says', async () => {
  const page = await readFile(GUIDE, 'utf8')
  expect(await followSteps(page, { folder, conf: conf() })).toBeGreaterThan(12)
})
