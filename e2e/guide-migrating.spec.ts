import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readSettings } from '../src/config/settings.ts'
import { type Files, writeFiles } from './support/data-root.ts'
import { fencesIn, readPage, section } from './support/fences.ts'
import { followSteps, type StandIns } from './support/follow-steps.ts'
import { copyPackageKnowing } from './support/package-copy.ts'
import { inShell } from './support/shell.ts'

/** Stand for files of ZTPServer's releases. */
const RELEASED = {
  'bootstrap/bootstrap': '#!/usr/bin/env python\nSERVER = "$SERVER"\n',
  'actions/add_config': 'def main(attributes):\n    pass\n',
  'plugins/allocate': 'def main(node_id, pool):\n    raise Exception("Python 2")\n',
}

const DATA: Files = {
  ...RELEASED,
  'actions/replace_config': 'def main(attributes):\n    pass  # edited\n',
  'actions/of_our_own': 'def main(attributes):\n    pass\n',
  'bootstrap/bootstrap.conf': 'logging:\n  - destination: "file:/tmp/ztps-log"\n',
  neighbordb: `patterns:
  - name: leaf
    definition: leaf
    interfaces: [Ethernet1: "spine1:any"]
`,
  'definitions/leaf': `name: leaf
actions:
  - action: add_config
    attributes:
      url: files/leaf.template
      variables: {address: allocate('mgmt')}
`,
  'files/leaf.template': 'hostname $hostname\nip address $address\n',
  'resources/mgmt': '192.0.2.10/24: null\n192.0.2.11/24: null\n',
}

const CONFIGURATION = `[default]
data_root = /usr/share/ztpserver
identifier = serialnumber
server_url = http://192.168.1.34/ztpserver
[server]
interface = 127.0.0.1
port = 8080
`

let page: string
let folder: string
let standIns: StandIns
let place: Parameters<typeof followSteps>[1]
const data = () => join(folder, 'usr/share/ztpserver')
const conf = () => join(folder, 'etc/ztpserver/ztpserver.conf')

beforeAll(async () => {
  page = await readPage('docs/guides/migrating.md')
  folder = await mkdtemp(join(tmpdir(), 'ztps-guide-'))
  await writeFiles(data(), DATA)
  await mkdir(join(folder, 'var/backups'), { recursive: true })
  await writeFiles(dirname(conf()), {
    'ztpserver.conf': CONFIGURATION.replace('/usr', join(folder, 'usr')),
  })
  const ztps = await copyPackageKnowing(join(folder, 'package'), RELEASED)
  standIns = ['/usr/share/ztpserver', '/etc/ztpserver', '/var/backups'].map(
    (path) => [path, join(folder, path)] as const,
  )
  const path = `PATH=${dirname(ztps)}:${process.env.PATH}`
  place = { folder, conf: conf(), standIns, through: ['env', path] }
})

afterAll(() => rm(folder, { recursive: true, force: true }))

/** Path → text, of everything but the state folder. */
async function contents(): Promise<Readonly<Record<string, string>>> {
  const names = await readdir(data(), { recursive: true, withFileTypes: true })
  const paths = names
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('.ztps'))
    .map((entry) => join(entry.parentPath, entry.name))
  const texts = paths.map(async (path) => [
    path.slice(data().length + 1),
    await readFile(path, 'utf8'),
  ])
  return Object.fromEntries(await Promise.all(texts))
}

it('goes as the page says, and back', async () => {
  const before = await contents()
  const follow = (heading: string) => followSteps(section(page, heading), place)
  expect(await follow('1. A backup')).toBe(2)
  expect(await follow('3. Look at the data directory with new eyes')).toBe(1)
  expect(await contents()).toEqual(before)

  expect(await follow('6. Our bootstrap script and actions')).toBe(3)
  const after = await contents()
  const { 'bootstrap/bootstrap': ours = '', 'plugins/allocate': gone } = after
  expect([ours.startsWith('#!/bin/sh'), gone]).toEqual([true, undefined])
  for (const path of ['actions/replace_config', 'actions/of_our_own', 'neighbordb']) {
    expect(after[path]).toBe(before[path])
  }

  expect(await follow('Going back')).toBe(1)
  expect(await contents()).toEqual(expect.objectContaining(before))
})

it('the trial has another port and the same rest', async () => {
  const [trial] = fencesIn(section(page, '4. A trial on another port'))
  const [make = ''] = trial?.text.split('\n') ?? []
  const here = make.replace('> /tmp/trial.conf', '').replace('/etc', join(folder, 'etc'))
  const text = await inShell(here, { folder, conf: conf() })
  const { settings, diagnostics } = readSettings({ text, file: 'trial', environment: {} })
  expect([diagnostics, settings?.serverPort, settings?.dataRoot]).toEqual([[], 8081, data()])
})
