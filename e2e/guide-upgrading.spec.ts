import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeFiles } from './support/data-root.ts'
import { FABRIC } from './support/fabric.ts'
import { readPage } from './support/fences.ts'
import { followSteps } from './support/follow-steps.ts'
import { settingsComplaints } from './support/ini-fences.ts'
import { startServer } from './support/server.ts'
import { clientFiles } from './support/virtual-eos.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ztps-guide-'))
  const client = await clientFiles()
  const older = `# of an older release\n# and so on\n${String(client['actions/add_config'])}`
  await writeFiles(join(folder, 'ztp'), {
    ...FABRIC,
    ...client,
    'actions/add_config': older,
    'files/base.template': 'hostname leaf\n',
    'nodes/README': '',
  })
  await writeFiles(folder, { 'ztpserver.conf': '[default]\ndata_root = ztp\n' })
})

afterAll(() => rm(folder, { recursive: true, force: true }))

it('goes as the page says', async () => {
  // The steps of a list are indented.
  const page = (await readPage('docs/guides/upgrading.md')).replace(/^ {3}(?=\S)/gm, '')
  const standIns = [['/srv/ztp', join(folder, 'ztp')]] as const
  const place = { folder, conf: join(folder, 'ztpserver.conf'), standIns }
  expect(await followSteps(page, place)).toBe(5)
  expect(settingsComplaints(page)).toEqual([])
  const added = await readFile(join(folder, 'ztp/actions/add_config.new'))
  expect(added).toEqual(await readFile(join(ROOT, 'client/actions/add_config')))
})

it('a second server hands out the new script', async () => {
  await writeFiles(join(folder, 'ztp'), {
    'bootstrap/bootstrap.new': '#!/bin/sh\n# new: $SERVER\n',
  })
  const settings = { bootstrap: { filename: 'bootstrap.new' } }
  const dataRoot = join(folder, 'ztp')
  const [old, trial] = [await startServer({ dataRoot }), await startServer({ dataRoot, settings })]
  expect(await (await fetch(`${old.url}/bootstrap`)).text()).not.toContain('# new')
  expect(await (await fetch(`${trial.url}/bootstrap`)).text()).toContain(`# new: ${trial.url}`)
  await Promise.all([old, trial].map((each) => each.stop()))
})
