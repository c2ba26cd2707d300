import { symlink, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  brokenPoolAdmin,
  fakePoolAdmin,
  heldEntry,
} from '../../resource/testing/fake-pool-admin.ts'
import { scratchFolder } from '../../store/testing/scratch.ts'
import { diskWorld } from '../testing/disk-deps.ts'
import { localTime } from '../when.ts'

const HEARD = Date.UTC(2026, 10, 20, 8, 30)
const LEAF =
  'name: a leaf\nactions:\n- action: add_config\n- {action: copy_file, always_execute: true}\n'
const REPORT = JSON.stringify({
  model: 'DCS-7050',
  serialnumber: 'SN2',
  systemmac: '001c73000002',
  version: '4.20.1F',
  neighbors: {
    Ethernet1: [{ device: 'spine1', port: 'Ethernet7' }],
    Ethernet2: [
      { device: 'spine2', port: 'Ethernet7' },
      { device: 'phone', port: '1' },
    ],
  },
})
const SPINE = 'name: leaf\ninterfaces:\n- Ethernet1: spine1:any\n'

const folder = scratchFolder()

async function world() {
  const pools = [
    fakePoolAdmin({ mgmt: [heldEntry('10.0.0.1/24', 'SN2'), heldEntry('10.0.0.2/24', 'SN2/lo')] }),
    fakePoolAdmin(
      { asn: [heldEntry('65001', 'SN2'), heldEntry('65002', 'SN3')] },
      { kind: 'sqlite' },
    ),
    brokenPoolAdmin('postgres', 'connection refused'),
  ]
  const made = diskWorld(folder(), { pools })
  await made.write({
    'definitions/pod1/leaf': LEAF,
    'definitions/z-copy': LEAF,
    'nodes/README.md': 'not a node\n',
    'nodes/SN10/startup-config': 'hostname secret\n',
    'nodes/SN2/.node': REPORT,
    'nodes/SN2/definition': LEAF,
    'nodes/SN2/pattern': SPINE,
    'nodes/SN2/attributes': 'a: 1\n',
    'nodes/SN2/startup-config': 'hostname secret\n',
    'nodes/SN3/definition': 'actions: []\n',
    'nodes/SN4/.node': '{',
    'nodes/SN5/attributes': 'a: 1\n',
    'nodes/SN6/pattern': 'interfaces: []\n',
  })
  await symlink('../../definitions/pod1/leaf', join(made.root, 'nodes/SN6/definition'))
  await symlink('SN2', join(made.root, 'nodes/SN7'))
  await symlink('gone', join(made.root, 'nodes/SN8'))
  await utimes(join(made.root, 'nodes/SN2/.node'), HEARD / 1000, HEARD / 1000)
  return made
}

describe('ztps nodes list', () => {
  it('has a line for each node, in natural order, and says what is broken', async () => {
    const { run, root } = await world()
    const { status, out, err } = await run('nodes', 'list')
    const time = localTime(HEARD)
    const [heading, , ...lines] = out.split('\n').map((line) => line.replace(/ {2,}/g, ' | '))
    expect({ status, err }).toEqual({ status: 0, err: '' })
    expect(heading).toBe(
      'node | state | model | EOS | definition | pattern | also has | last heard | neighbors',
    )
    const known = `known | DCS-7050 | 4.20.1F | pod1/leaf | leaf | startup-config, attributes | ${time} | 3`
    expect(lines.slice(0, 8)).toEqual([
      `SN2 | ${known}`,
      'SN3 | prepared | - | - | (own) | - | - | -',
      expect.stringMatching(/^SN4 \| broken \| - \| - \| - \| - \| - \| \d{4}-/),
      'SN5 | empty | - | - | - | - | attributes | -',
      'SN6 | prepared | - | - | pod1/leaf (link) | (no name) | - | -',
      `SN7 -> SN2 | ${known}`,
      'SN8 | broken | - | - | - | - | - | -',
      'SN10 | prepared | - | - | - | - | startup-config | -',
    ])
    expect(lines.slice(8)).toEqual([
      '',
      expect.stringMatching(`^SN4: ${root}/nodes/SN4/.node:1:1: .*JSON`),
      `SN8: ${root}/nodes/SN8 is a symbolic link to gone, which does not exist`,
      '',
    ])
  })

  it.each([
    [
      ['--state', 'broken'],
      ['SN4', 'SN8'],
    ],
    [['--state', 'empty'], ['SN5']],
    [
      ['--definition', 'pod1/leaf'],
      ['SN2', 'SN6', 'SN7'],
    ],
    [['--definition', 'pod1/leaf', '--state', 'prepared'], ['SN6']],
    [
      ['--model', 'DCS-7050'],
      ['SN2', 'SN7'],
    ],
    [['--model', 'dcs-7050'], []],
  ])('filters: %j', async (flags, expected) => {
    const { run } = await world()
    const { status, out } = await run('nodes', 'list', '--json', ...flags)
    expect(status).toBe(0)
    expect(JSON.parse(out).nodes.map((each: { id: string }) => each.id)).toEqual(expected)
  })

  it('is for programs too', async () => {
    const { run } = await world()
    const { out } = await run('nodes', 'list', '--json', '--state', 'known')
    expect(JSON.parse(out).nodes[0]).toEqual({
      id: 'SN2',
      state: 'known',
      model: 'DCS-7050',
      version: '4.20.1F',
      definition: { kind: 'copy', name: 'pod1/leaf' },
      pattern: 'leaf',
      startup_config: true,
      attributes: true,
      last_heard: '2026-11-20T08:30:00.000Z',
      neighbors: 3,
      link: null,
      problems: [],
    })
  })

  it('is not steered by what a switch says of itself', async () => {
    const { run, write } = await world()
    const evil = '\x1b]0;\u202e\x9b31m\n'
    const neighbors = { [`Ethernet1${evil}`]: [{ device: evil, port: evil }] }
    await write({ 'nodes/SN9/.node': JSON.stringify({ model: evil, version: evil, neighbors }) })
    for (const line of [['list'], ['show', 'SN9'], ['list', '--json'], ['show', 'SN9', '--json']]) {
      const { status, out } = await run('nodes', ...line)
      expect([line, status]).toEqual([line, 0])
      expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u)
      expect(out).toMatch(/x1b|u001b/)
    }
  })

  it('says so when there are none, and when there is no data directory', async () => {
    const { run } = diskWorld(folder())
    expect(await run('nodes', 'list')).toEqual({ status: 0, out: 'no nodes\n', err: '' })
    const nowhere = diskWorld(folder(), { settings: '[state]\npath = /x\n[server]\nport = no\n' })
    expect((await nowhere.run('nodes', 'list')).status).toBe(1)
  })
})

describe('ztps nodes show', () => {
  it('shows everything but the startup-config', async () => {
    const { run, root } = await world()
    const { status, out } = await run('nodes', 'show', 'SN2')
    expect(status).toBe(0)
    const time = localTime(HEARD)
    expect(out).toContain(`node:         SN2
state:        known
folder:       ${root}/nodes/SN2
model:        DCS-7050
EOS:          4.20.1F
serialnumber: SN2
systemmac:    001c73000002
definition:   pod1/leaf
pattern:      leaf
last heard:   ${time}
would get:    'Autogenerated definition', actions: replace_config, copy_file

Neighbors:
  Ethernet1 - spine1 Ethernet7
  Ethernet2 - spine2 Ethernet7
  Ethernet2 - phone 1

Files:
  ${time}  ${String(REPORT.length).padStart(8)}  .node
`)
    expect(out).toContain(`Holds:
  mgmt: 10.0.0.1/24
  mgmt: 10.0.0.2/24 as 'lo'
  sqlite:asn: 65001
  the postgres pools cannot be asked: connection refused
`)
    expect(out).not.toContain('secret')
  })

  const outlooks: readonly (readonly [string, Readonly<Record<string, string>>, object])[] = [
    ['its definition', {}, { kind: 'definition', actions: ['replace_config', 'copy_file'] }],
    [
      'a refusal, for its pattern does not match',
      { 'nodes/SN2/pattern': 'name: p\ninterfaces:\n- Ethernet1: spine9:any\n' },
      {
        kind: 'refused',
        code: 'ZTP_TOPOLOGY_MISMATCH',
        reason: expect.stringContaining('Ethernet1: expected device spine9, saw spine1'),
      },
    ],
    [
      'a refusal, for a file is broken',
      { 'nodes/SN2/definition': '- 1\n' },
      {
        kind: 'refused',
        code: 'ZTP_INVALID_DEFINITION',
        reason: expect.stringContaining('nodes/SN2/definition:1:1: '),
      },
    ],
  ]
  it.each(outlooks)('says what the node would be told: %s', async (_name, files, outlook) => {
    const made = await world()
    await made.write(files)
    const { status, out } = await made.run('nodes', 'show', 'SN2', '--json')
    expect(status).toBe(0)
    expect(JSON.parse(out).outlook).toMatchObject(outlook)
    expect(out).not.toContain('secret')
  })

  it.each([
    ['SN10', /would get: +nothing before it reports who it is\n/],
    ['SN5', /would get: +a refusal: it has neither definition nor startup-config\n/],
    ['SN7', /node: +SN7 -> SN2\n/],
  ])('of %s too', async (id, text) => {
    const { run } = await world()
    const { status, out } = await run('nodes', 'show', id)
    expect(status).toBe(0)
    expect(out).toMatch(text)
  })

  it.each([
    ['SN1', 1, /^ztps: there is no node SN1; did you mean SN\d+\?\n$/],
    ['entirely-else', 1, /^ztps: there is no node entirely-else\n$/],
    ['../SN2', 1, /^ztps: '..\/SN2' is no node id: it takes letters/],
    ['SN8', 1, /^ztps: \S+nodes\/SN8 is a symbolic link to gone, which does not exist\n$/],
  ])('refuses %s', async (id, status, message) => {
    const { run } = await world()
    expect(await run('nodes', 'show', id)).toEqual({
      status,
      out: '',
      err: expect.stringMatching(message),
    })
  })

  it('takes a MAC in any spelling where nodes are known by it', async () => {
    const made = diskWorld(folder(), { settings: '[default]\nidentifier = systemmac\n' })
    await made.write({ 'nodes/001c73aabbcc/definition': LEAF })
    for (const mac of ['001c73aabbcc', '00:1C:73:AA:BB:CC', '001C.73aa.bbcc']) {
      const { status, out } = await made.run('nodes', 'show', mac)
      expect([mac, status, out]).toEqual([mac, 0, expect.stringMatching(/^node: +001c73aabbcc\n/)])
    }
  })
})
