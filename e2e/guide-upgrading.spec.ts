import { execFile } from 'node:child_process'
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeFiles } from './support/data-root.ts'
import { FABRIC } from './support/fabric.ts'
import { readPage } from './support/fences.ts'
import { followSteps } from './support/follow-steps.ts'
import { settingsComplaints } from './support/ini-fences.ts'
import { copyPackageKnowing } from './support/package-copy.ts'
import { runZtps, startServer } from './support/server.ts'
import { clientFiles } from './support/virtual-eos.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

let folder: string
/** Of a package that knows an older release. */
let ztps: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ztps-guide-'))
  const older = { 'bootstrap/bootstrap': '#!/bin/sh\n# of an older release: $SERVER\n' }
  const client = await clientFiles()
  const edited = `# edited by\n# the operator\n${String(client['actions/add_config'])}`
  await writeFiles(join(folder, 'ztp'), {
    ...FABRIC,
    ...client,
    ...older,
    'actions/add_config': edited,
    'files/base.template': 'hostname leaf\n',
    'nodes/README': '',
  })
  await writeFiles(folder, { 'ztpserver.conf': '[default]\ndata_root = ztp\n' })
  ztps = await copyPackageKnowing(join(folder, 'package'), older)
})

afterAll(() => rm(folder, { recursive: true, force: true }))

it('goes as the page says', async () => {
  // The steps of a list are indented.
  const page = (await readPage('docs/guides/upgrading.md')).replace(/^ {3}(?=\S)/gm, '')
  const standIns = [['/srv/ztp', join(folder, 'ztp')]] as const
  const through = ['env', `PATH=${dirname(ztps)}:${process.env.PATH}`]
  const place = { folder, conf: join(folder, 'ztpserver.conf'), standIns, through }
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

it('a later release replaces what nobody edited of ours', async () => {
  const data = join(folder, 'ours')
  expect((await runZtps(['init', data])).status).toBe(0)
  await appendFile(join(data, 'actions/template'), '# edited\n')
  const later = await copyPackageKnowing(join(folder, 'later'), {})
  const changed = ['bootstrap', 'actions/add_config', 'actions/template']
  for (const path of changed) await appendFile(join(folder, 'later/client', path), '# later\n')
  const { stdout } = await promisify(execFile)(later, ['init', '--upgrade', data])
  expect(stdout.split('\n\n')[0]?.split('\n')).toEqual([
    'replace bootstrap/bootstrap',
    'replace actions/add_config',
    'keep actions/template, which was edited, and put ours beside it as actions/template.new',
  ])
})
