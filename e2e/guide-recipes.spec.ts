import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DataRoot, makeDataRoot, writeFiles } from './support/data-root.ts'
import { fencesIn, filesIn, readPage } from './support/fences.ts'
import { followSteps } from './support/follow-steps.ts'
import { INTERPRETERS } from './support/interpreters.ts'
import { runZtps, startServer, type TestServer } from './support/server.ts'
import { canSeal, clientFiles, rackSwitch } from './support/virtual-eos.ts'

let page: string
let data: DataRoot
let conf: string
let server: TestServer

beforeAll(async () => {
  page = await readPage('docs/guides/recipes.md')
  data = await makeDataRoot({
    ...(await clientFiles()),
    ...filesIn(page),
    'files/images/EOS-4.32.2F.swi': 'an image\n',
  })
  conf = join(dirname(data.path), 'guide.conf')
  await writeFile(conf, `[default]\ndata_root = ${data.path}\n`)
  server = await startServer({ dataRoot: data.path })
})

afterAll(async () => {
  await server.stop()
  await data.remove()
})

type Sight = Readonly<Record<string, string>>
type Seen = { readonly id?: string; readonly model?: string; readonly sees?: Sight }

const LEAVES = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`Ethernet${at + 1}`, 'localhost:Ethernet49']),
  )
const UP = { Ethernet49: 'pod1-spine1:Ethernet1', Ethernet50: 'pod1-spine2:Ethernet1' }
const PEER = { Ethernet47: 'localhost:Ethernet47', Ethernet48: 'localhost:Ethernet48' }

/** Pattern → a node that gets it, and one that does not. */
const NODES: Readonly<Record<string, readonly [Seen, Seen]>> = {
  'the border leaf': [{ id: 'JPE21430006' }, { id: 'JPE21430007' }],
  'any 7050SX3': [{ model: 'DCS-7050SX3-48YC8' }, { model: 'DCS-7050TX-64-R' }],
  'exactly this one': [{ model: 'DCS-7010TX-48' }, { model: 'DCS-7010TX-48-R' }],
  'first leaf of pod 1': [{ sees: UP }, { sees: { ...UP, Ethernet50: 'pod1-spine2:Ethernet2' } }],
  'leaf of any pod': [
    { sees: { ...UP, Management1: 'pod1-oob1:Ethernet7' } },
    { sees: { ...UP, Management1: 'pod1-leaf1:Ethernet7' } },
  ],
  'sees something that is no spine': [{ sees: { Ethernet49: 'firewall:eth0' } }, { sees: UP }],
  'two uplinks to spines, anywhere': [
    { sees: { Ethernet3: 'spine1:Ethernet1', Ethernet9: 'x-spine:1' } },
    { sees: { Ethernet3: 'spine1:Ethernet1', Ethernet9: 'leaf:1' } },
  ],
  'left of the pair': [
    { sees: { ...PEER, Ethernet49: 'pod1-spine1:Ethernet1' } },
    { sees: { Ethernet49: 'pod1-spine1:Ethernet1' } },
  ],
  'right of the pair': [
    { sees: { ...PEER, Ethernet49: 'pod1-spine1:Ethernet2' } },
    { sees: { ...PEER, Ethernet49: 'pod1-spine1:Ethernet1' } },
  ],
  'spine with its eight leaves': [{ sees: LEAVES(8) }, { sees: LEAVES(7) }],
  'spine with at least two': [{ sees: LEAVES(2) }, { sees: LEAVES(1) }],
  'leaf that is not cabled to another leaf': [
    { sees: UP },
    { sees: { ...UP, Ethernet5: 'leaf7:Ethernet5' } },
  ],
  'alone on the bench': [{}, { sees: UP }],
  'whoever is left': [{}, { id: '' }],
}

function report({ id = 'SN1', model = 'vEOS', sees = {} }: Seen): string {
  const neighbors = Object.entries(sees).map(([local, remote]) => {
    const [device = '', port = ''] = remote.split(':')
    return [local, [{ device, port }]]
  })
  return JSON.stringify({ serialnumber: id, model, neighbors: Object.fromEntries(neighbors) })
}

async function patternOf(seen: Seen): Promise<unknown> {
  const { stdout, stderr } = await runZtps(['-c', conf, 'match', '-', '--json'], {
    input: report(seen),
  })
  return stdout === '' ? stderr : JSON.parse(stdout).pattern
}

it('each pattern of the page is valid, and fits whom it should', async () => {
  const files = fencesIn(page).filter(({ name }) => name === 'neighbordb')
  const tried: string[] = []
  for (const { text } of files) {
    await writeFiles(data.path, { neighbordb: text })
    const { stdout } = await runZtps(['-c', conf, 'validate', '--format', 'json'])
    expect([text, JSON.parse(stdout)]).toEqual([text, { diagnostics: [] }])
    for (const [, name = ''] of text.matchAll(/^ {2}- name: (.*)$/gm)) {
      const [fitting = {}, other = {}] = NODES[name] ?? []
      expect([name, await patternOf(fitting)]).toEqual([name, name])
      expect([name, await patternOf(other)]).not.toEqual([name, name])
      tried.push(name)
    }
  }
  expect(tried.toSorted()).toEqual(Object.keys(NODES).toSorted())
  expect(await followSteps(page, { folder: data.path, conf })).toBe(1)
  // It runs `ztps` some forty times.
}, 300_000)

/** Definition → what flash holds of it afterwards: the file, and a part of its text. */
const OUTCOMES: Readonly<Record<string, readonly [string, string]>> = {
  leaf: [
    'startup-config',
    'hostname leaf01\n!\ninterface Management1\n   ip address 10.0.0.10/24\n',
  ],
  border: ['EOS-4.32.2F.swi', 'an image'],
  spine: ['startup-config', 'action bash /persist/sys/on-link-down'],
  oob: ['provisioned', 'Z for rack 12\n'],
  'mlag-left': ['startup-config', 'ip address 10.255.0.0/31'],
  'mlag-right': ['startup-config', 'peer-address 10.255.0.0'],
  quarantine: ['startup-config', 'hostname not-expected'],
  'with-banner': ['startup-config', 'banner login\nNo access for\nthe unauthorized.\nEOF\n'],
}

// Some write where a switch has /persist.
describe.skipIf(!canSeal())('on a switch', () => {
  it.each(Object.entries(OUTCOMES))(
    'the definition %s does what it says',
    async (name, [file, part]) => {
      const serial = `SN${name}`
      const added = await runZtps(['-c', conf, 'nodes', 'add', serial, '--definition', name])
      expect([added.status, added.stderr]).toEqual([0, ''])
      const [python = { name: '', path: '' }] = INTERPRETERS
      const eos = await rackSwitch({ serial, python, sealed: true })
      const { booted, output } = await eos.boot(server.url)
      expect([booted, output]).toEqual([true, expect.stringContaining('completed successfully!')])
      expect(await eos.read(file)).toContain(part)
    },
  )
})

it('tries every definition of the page', () => {
  const shown = Object.keys(filesIn(page)).filter((name) => name.startsWith('definitions/'))
  expect(shown.map((name) => name.slice('definitions/'.length))).toEqual(Object.keys(OUTCOMES))
})
