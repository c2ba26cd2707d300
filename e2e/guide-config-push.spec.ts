import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type DataRoot, makeDataRoot, writeFiles } from './support/data-root.ts'
import { fencesIn, filesIn, readPage } from './support/fences.ts'
import { settingsComplaints } from './support/ini-fences.ts'
import { INTERPRETERS } from './support/interpreters.ts'
import { missingLine } from './support/log-fences.ts'
import { runZtps, startServer } from './support/server.ts'
import { clientFiles, rackSwitch } from './support/virtual-eos.ts'

const run = promisify(execFile)

let page: string
let folder: string
let data: DataRoot

beforeAll(async () => {
  page = await readPage('docs/guides/config-push.md')
  folder = await mkdtemp(join(tmpdir(), 'ztps-guide-'))
  await run('git', ['init', '--quiet', join(folder, 'configs')])
  data = await makeDataRoot({
    ...(await clientFiles()),
    ...filesIn(page),
    'files/templates/first.template': 'hostname first\n',
  })
  const handler = await readFile(join(data.path, 'config-handlers/to-git'), 'utf8')
  const here = handler.replace('/srv/configs', join(folder, 'configs'))
  await writeFiles(data.path, { 'config-handlers/to-git': here })
})

afterAll(async () => {
  await data.remove()
  await rm(folder, { recursive: true, force: true })
})

const HANDLERS = [
  ['serial-default', 'serialnumber', 'JPE21430055', '00:1c:73:00:10:01'],
  ['serial-vrf', 'serialnumber', 'JPE21430056', '00:1c:73:00:10:02'],
  ['mac-default', 'systemmac', '001c73001003', '00:1c:73:00:10:03'],
  ['mac-vrf', 'systemmac', '001c73001004', '00:1c:73:00:10:04'],
] as const

it('shows a handler for each identifier and VRF, and no other', () => {
  const shown = Object.keys(filesIn(page)).filter((name) => name.startsWith('files/push/'))
  expect(shown).toEqual(HANDLERS.map(([name]) => `files/push/${name}`))
})

it.each(HANDLERS)(
  '%s sends the configuration back, and git has it',
  async (name, identifier, id, mac) => {
    const server = await startServer({ dataRoot: data.path, settings: { default: { identifier } } })
    const definition = filesIn(page)['definitions/with-push']?.toString() ?? ''
    const handler = filesIn(page)[`files/push/${name}`]?.toString() ?? ''
    await writeFiles(data.path, {
      'definitions/with-push': definition.replace('serial-default', name),
      [`files/push/${name}`]: handler.replace('http://ztpserver:8080', server.url),
    })
    const [python = { name: '', path: '' }] = INTERPRETERS
    const serial = identifier === 'serialnumber' ? id : ''
    const eos = await rackSwitch({ serial, mac, python })
    const { booted, output } = await eos.boot(server.url, { writeMemory: true })
    expect([booted, output]).toEqual([true, expect.stringContaining('completed successfully!')])
    const sent = await eos.read('startup-config')
    expect(await readFile(join(data.path, 'nodes', id, 'startup-config'), 'utf8')).toBe(sent)

    await server.logs(`${id}: config-handler: committed ${id}`)
    const logs = fencesIn(page).filter(({ language }) => language === 'log')
    expect(logs).toHaveLength(2)
    for (const { text } of logs) {
      expect(missingLine(server.log(), text.replaceAll('JPE21430055', id))).toBe(undefined)
    }
    const { stdout } = await run('git', ['-C', join(folder, 'configs'), 'show', `HEAD:${id}`])
    expect(stdout).toBe(sent)

    // Another configuration: the one before is kept.
    const url = `${server.url}/nodes/${id}/startup-config`
    expect((await fetch(url, { method: 'PUT', body: 'hostname changed\n' })).status).toBe(200)
    expect(await readdir(join(data.path, '.ztps/versions', id))).toEqual([
      expect.stringMatching(/^\d{8}T\d{6}\.\d{3}Z-[0-9a-f]{64}$/),
    ])
    expect(await server.stop()).toBe(0)
  },
)

it('has files that are valid, and settings that the server takes', async () => {
  const { stdout } = await runZtps(['validate', data.path, '--format', 'json'])
  expect(JSON.parse(stdout)).toEqual({ diagnostics: [] })
  expect(settingsComplaints(page)).toEqual([])
})
