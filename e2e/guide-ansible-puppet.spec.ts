import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DataRoot, type Files, makeDataRoot, writeFiles } from './support/data-root.ts'
import { fencesIn, filesIn, readPage } from './support/fences.ts'
import { INTERPRETERS } from './support/interpreters.ts'
import { missingLine } from './support/log-fences.ts'
import { runZtps, startServer, type TestServer } from './support/server.ts'
import { canSeal, clientFiles, rackSwitch } from './support/virtual-eos.ts'

const ID = 'JPE21430055'

let page: string
let folder: string
let data: DataRoot
let server: TestServer

/** What the page takes for granted: files of other pages, and those of the people who make them. */
async function around(): Promise<Files> {
  const push = filesIn(await readPage('docs/guides/config-push.md'))
  return {
    'files/push/serial-default': push['files/push/serial-default'] ?? '',
    'files/templates/first.template':
      'hostname $hostname\n!\ninterface Management1\n   ip address $address\n!\n',
    'files/configs/bare': 'hostname bare\n',
    'files/keys/ansible.pub': 'ssh-ed25519 AAAA ansible\n',
    'files/extensions/puppet-enterprise-eos.swix': 'an extension\n',
    'files/puppet/puppet.conf': '[agent]\n',
    'resources/names': 'switch01: null\n',
    'resources/addresses': '10.0.0.11/24: null\n',
  }
}

beforeAll(async () => {
  page = await readPage('docs/guides/ansible-puppet.md')
  folder = await mkdtemp(join(tmpdir(), 'ztps-guide-'))
  for (const name of ['ansible/inventory', 'puppet']) {
    await mkdir(join(folder, name), { recursive: true })
  }
  const shown = Object.entries({ ...filesIn(page), ...(await around()) })
  const here = shown.map(([name, text]) => [name, String(text).replaceAll('/srv/', `${folder}/`)])
  const files = Object.fromEntries(here.filter(([name]) => name !== 'group_vars/ztp.yml'))
  data = await makeDataRoot({ ...(await clientFiles()), ...files })
  server = await startServer({ dataRoot: data.path })
  const push = String(files['files/push/serial-default'])
  await writeFiles(data.path, {
    'files/push/serial-default': push.replace('http://ztpserver:8080', server.url),
    '../guide.conf': `[default]\ndata_root = ${data.path}\n`,
  })
})

afterAll(async () => {
  await server.stop()
  await data.remove()
  await rm(folder, { recursive: true, force: true })
})

function shown(name: string): string {
  return fencesIn(page).find((each) => each.name === name)?.text ?? ''
}

async function send(id: string, body: string): Promise<void> {
  const url = `${server.url}/nodes/${id}/startup-config`
  expect((await fetch(url, { method: 'PUT', body })).ok).toBe(true)
}

// What is installed on it goes where a switch has it.
describe.skipIf(!canSeal())('a switch', () => {
  const [python = { name: '', path: '' }] = INTERPRETERS

  it('is provisioned, sends its configuration, and is in the inventory of Ansible', async () => {
    const eos = await rackSwitch({ serial: ID, python, sealed: true })
    const { booted, output } = await eos.boot(server.url, { writeMemory: true })
    expect([booted, output]).toEqual([true, expect.stringContaining('completed successfully!')])
    await server.logs(`${ID}: config-handler: in the inventory`)
    expect(missingLine(server.log(), shown('server'))).toBe(undefined)
    const entry = await readFile(join(folder, 'ansible/inventory', ID), 'utf8')
    expect(entry).toBe(shown('inventory'))
  })

  it.each([
    ['for-ansible-in-bash', 'rc.eos', /^useradd -M .*ansible'?$/m],
    ['for-puppet', 'boot-extensions', /^puppet-enterprise-eos\.swix$/m],
  ])('does what the definition %s says', async (definition, file, expected) => {
    const conf = join(data.path, '../guide.conf')
    const serial = `SN${definition}`
    const words = ['nodes', 'add', serial, '--definition', definition]
    const added = await runZtps(['-c', conf, ...words])
    expect([added.status, added.stderr]).toEqual([0, ''])
    const eos = await rackSwitch({ serial, python, sealed: true })
    const { booted, output } = await eos.boot(server.url)
    expect([booted, output]).toEqual([true, expect.stringContaining('completed successfully!')])
    expect(await eos.read(file)).toMatch(expected)
  })
})

it("Puppet's list has each provisioned switch once", async () => {
  const handler = await readFile(join(data.path, 'config-handlers/to-puppet'), 'utf8')
  for (const id of ['P1', 'P2']) {
    await mkdir(join(data.path, 'nodes', id))
    await writeFile(join(data.path, 'nodes', id, 'config-handler'), handler)
    await send(id, `hostname ${id.toLowerCase()}\n`)
    await server.logs(`${id}: config-handler: Puppet signs ${id.toLowerCase()}.example.net`)
  }
  await send('P1', 'hostname p1\n! once more\n')
  await server.logs(/P1: config-handler finished .*[\s\S]*P1: config-handler finished/)
  const list = await readFile(join(folder, 'puppet/autosign.conf'), 'utf8')
  expect(list).toBe('p1.example.net\np2.example.net\n')
})

it('has files that are valid', async () => {
  const { stdout } = await runZtps(['validate', data.path, '--format', 'json'])
  const found = JSON.parse(stdout).diagnostics
  expect(found.filter(({ severity }: { severity: string }) => severity === 'error')).toEqual([])
})
