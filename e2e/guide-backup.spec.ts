import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeFiles } from './support/data-root.ts'
import { FABRIC, leafReport, postNode } from './support/fabric.ts'
import { fencesIn, readPage, section } from './support/fences.ts'
import { followSteps, inTest, type StandIns } from './support/follow-steps.ts'
import { missingLine } from './support/log-fences.ts'
import { readPool } from './support/pool.ts'
import { startServer, type TestServer } from './support/server.ts'

const run = promisify(execFile)

let page: string
let folder: string
const data = () => join(folder, 'srv/ztp')
const copies = () => join(folder, 'backups/ztp')

beforeAll(async () => {
  page = await readPage('docs/guides/backup.md')
  folder = await mkdtemp(join(tmpdir(), 'ztps-guide-'))
  const script = fencesIn(page).find(({ name }) => name === 'backup')?.text ?? ''
  const backup = inTest(script, [
    ['/srv/ztp', data()],
    ['/var/backups/ztp', copies()],
  ])
  await writeFiles(folder, { backup })
  await chmod(join(folder, 'backup'), 0o755)
})

afterAll(() => rm(folder, { recursive: true, force: true }))

/** A data directory as `ztps init` leaves it, with a small fabric. */
async function makeData(pool: string): Promise<void> {
  await rm(data(), { recursive: true, force: true })
  await writeFiles(data(), {
    ...FABRIC,
    'bootstrap/bootstrap': '#!/usr/bin/env python\nSERVER = "$SERVER"\n',
    'actions/add_config': 'def main(attributes):\n    pass\n',
    'files/base.template': 'hostname leaf\n',
    'resources/mgmt': pool,
    'ztpserver.conf': `[default]\ndata_root = ${data()}\n`,
  })
}

async function backUp(): Promise<string> {
  const { stdout, stderr } = await run(join(folder, 'backup'))
  expect(stderr).toBe('')
  return stdout.trim()
}

async function provision(server: TestServer, id: string): Promise<string> {
  expect([201, 409]).toContain((await postNode(server.url, leafReport(id))).status)
  const response = await fetch(`${server.url}/nodes/${id}`)
  expect([id, response.status]).toEqual([id, 200])
  return JSON.parse(await response.text()).actions[0].attributes.variables.ip
}

it('a copy that is made while switches are provisioned knows what they were given', async () => {
  const entries = Array.from({ length: 400 }, (_, at) => `10.0.${at >> 8}.${at & 255}/16: null\n`)
  await makeData(entries.join(''))
  const server = await startServer({ dataRoot: data() })
  const given = new Map<string, string>()
  let going = true
  const fleet = Promise.all(
    [0, 1, 2, 3].map(async (lane) => {
      for (let at = 0; going && at < 90; at += 1) {
        const id = `SN${lane}x${at}`
        given.set(id, await provision(server, id))
      }
    }),
  )
  await new Promise((resolve) => setTimeout(resolve, 200))
  const early = new Set(given.keys())
  const copy = await backUp()
  going = false
  await fleet
  await server.stop()
  expect(given.size).toBeGreaterThan(early.size)

  const nodes = await readdir(join(copy, 'data/nodes'))
  expect(nodes).toEqual(expect.arrayContaining([...early]))
  for (const id of nodes) {
    expect([id, (await readdir(join(copy, 'data/nodes', id))).toSorted()]).toEqual([
      id,
      ['.node', 'definition', 'pattern'],
    ])
  }
  const holders = await readPool(join(copy, 'data'), 'mgmt')
  for (const id of early) expect([id, holders.get(given.get(id) ?? '')]).toEqual([id, id])
  await checkRestored(copy, new Map([...given].filter(([id]) => early.has(id))))
})

/** A server on what was brought back tells each switch what it was told before. */
async function checkRestored(copy: string, given: ReadonlyMap<string, string>): Promise<void> {
  const restored = join(folder, 'restored')
  await run('cp', ['-a', join(copy, 'data'), restored])
  const server = await startServer({ dataRoot: restored })
  for (const [id, address] of given) expect(await provision(server, id)).toBe(address)
  expect(server.log()).not.toMatch(/WARNING|ERROR/)
  await server.stop()
}

it('what was given out after the copy comes back from the log', async () => {
  await makeData(Array.from({ length: 20 }, (_, at) => `192.0.2.${at + 10}/24: null\n`).join(''))
  const before = await startServer({ dataRoot: data() })
  for (const id of ['SN1', 'SN2']) await provision(before, id)
  const copy = await backUp()
  await provision(before, 'SN3')
  await before.stop()
  const shown = fencesIn(page).find(({ language }) => language === 'log')?.text ?? ''
  expect(missingLine(before.log(), shown)).toBe(undefined)

  await rm(data(), { recursive: true })
  await mkdir(data())
  const conf = join(folder, 'ztpserver.conf')
  await writeFile(conf, await readFile(join(copy, 'ztpserver.conf'), 'utf8'))
  const standIns: StandIns = [
    ['/var/backups/ztp/20260414T020000Z', copy],
    ['/srv/ztp', data()],
  ]
  const steps = await followSteps(section(page, 'Bring it back'), { folder, conf, standIns })
  expect(steps).toBe(4)
  expect((await readPool(data(), 'mgmt')).get('192.0.2.12/24')).toBe('SN3')
})
