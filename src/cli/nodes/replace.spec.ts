import { lstat, readlink, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { PoolAdmin } from '../../resource/pool-admin.ts'
import {
  brokenPoolAdmin,
  fakePoolAdmin,
  heldEntry,
} from '../../resource/testing/fake-pool-admin.ts'
import { scratchFolder } from '../../store/testing/scratch.ts'
import { diskWorld } from '../testing/disk-deps.ts'

const LEAF = 'actions: []\n'
const PATTERN = 'name: leaf\ninterfaces: []\n'
const folder = scratchFolder()
const version = (letter: string) => `20260131T120000.123Z-${letter.repeat(64)}`
const report = (serialnumber: string) => JSON.stringify({ serialnumber })

function somePools() {
  return [
    fakePoolAdmin({
      mgmt: [heldEntry('10.0.0.1', 'OLD', 'in use'), heldEntry('10.0.0.2', 'NEW')],
      loop: [heldEntry('10.1.0.1', 'OLD/lo'), heldEntry('10.1.0.2', 'NEW'), heldEntry('x', 'SN3')],
    }),
    fakePoolAdmin({ asn: [heldEntry('65001', 'OLD')] }, { kind: 'sqlite' }),
  ] as const
}

type Files = Readonly<Record<string, string>>

const OLD: Files = {
  'nodes/OLD/.node': report('OLD'),
  'nodes/OLD/definition': LEAF,
  'nodes/OLD/pattern': PATTERN,
  'nodes/OLD/attributes': 'vlan: 10\n',
  'nodes/OLD/startup-config': 'hostname old\n',
  'nodes/OLD/config-handler': '#!/bin/sh\n',
  [`.ztps/versions/OLD/${version('a')}`]: 'hostname older\n',
}
const CARRIED = ['attributes', 'config-handler', 'definition', 'pattern', 'startup-config']

/** @param down a place of pools that does not answer */
async function world(more: Files = {}, down: readonly PoolAdmin[] = []) {
  const pools = somePools()
  const made = diskWorld(folder(), { pools: [...pools, ...down] })
  await made.write({ 'definitions/leaf': LEAF, ...OLD, ...more })
  const holders = () =>
    [pools[0].entries('mgmt'), pools[0].entries('loop'), pools[1].entries('asn')]
      .flat()
      .map(({ key, holder }) => `${key} ${holder}`)
  const replace = (...flags: string[]) => made.run('nodes', 'replace', 'OLD', 'NEW', ...flags)
  return { ...made, holders, replace }
}

const MOVED = [
  '10.0.0.1 NEW',
  '10.0.0.2 null',
  '10.1.0.1 NEW/lo',
  '10.1.0.2 NEW',
  'x SN3',
  '65001 NEW',
]

describe('ztps nodes replace', () => {
  it('gives everything but the report to a switch that nobody knows', async () => {
    const { replace, names, read, holders, root } = await world()
    const { status, out, err } = await replace()
    const [time] = await names('.ztps/archive/OLD')
    expect({ status, err }).toEqual({ status: 0, err: '' })
    expect(out).toBe(`gave NEW the place of OLD
  files: attributes, config-handler, definition, pattern, startup-config
  1 earlier startup-config
  pool entries:
    mgmt: 10.0.0.1
    loop: 10.1.0.1 as 'lo'
    sqlite:asn: 65001
  of its own, and freed:
    mgmt: 10.0.0.2
  archived in ${root}/.ztps/archive/OLD/${time}
`)
    expect(await names('nodes')).toEqual(['NEW'])
    expect(await names('nodes/NEW')).toEqual(CARRIED)
    expect(await read('nodes/NEW/startup-config')).toBe('hostname old\n')
    expect(await names('.ztps/versions')).toEqual(['NEW'])
    expect(await names('.ztps/versions/NEW')).toEqual([version('a')])
    expect(await names(`.ztps/archive/OLD/${time}`)).toEqual(
      ['.archived', '.node', '.versions', ...CARRIED].sort(),
    )
    expect(holders()).toEqual(MOVED)
  })

  it('says so when it was done before, and does what is left', async () => {
    const { replace, write, names, holders } = await world()
    await replace()
    await write({ [`.ztps/versions/OLD/${version('a')}`]: 'left by a process that died' })
    const { status, out } = await replace()
    expect([status, out]).toEqual([0, expect.stringMatching(/^NEW has the place of OLD already; /)])
    expect(await names('.ztps/versions')).toEqual(['NEW'])
    expect(holders()).toEqual(MOVED)
  })

  it('does not say so of a node that is there no more', async () => {
    const { replace, run } = await world()
    await replace()
    await run('nodes', 'remove', 'NEW')
    const { status, err } = await replace()
    expect([status, err]).toEqual([
      1,
      expect.stringMatching(/^ztps: there is no node OLD; it was replaced by NEW on /),
    ])
  })

  it('leaves a new switch its own report', async () => {
    const { replace, names, read } = await world({ 'nodes/NEW/.node': report('NEW') })
    expect((await replace()).status).toBe(0)
    expect(await names('nodes')).toEqual(['NEW'])
    expect(await names('nodes/NEW')).toEqual(['.node', ...CARRIED])
    expect(await read('nodes/NEW/.node')).toBe(report('NEW'))
    expect(await names('.ztps/archive')).toEqual(['OLD'])
  })

  it('keeps a report that a command that died had put there', async () => {
    const { replace, read } = await world({ 'nodes/OLD/.node': report('NEW') })
    expect((await replace()).status).toBe(0)
    expect(await read('nodes/NEW/.node')).toBe(report('NEW'))
  })

  it('archives what a new switch has beside its report', async () => {
    const { replace, names, read } = await world({
      'nodes/NEW/attributes': 'mine: 1\n',
      [`.ztps/versions/NEW/${version('b')}`]: 'from an earlier life\n',
    })
    const { status, out } = await replace('--json')
    expect(status).toBe(0)
    const [time] = await names('.ztps/archive/NEW')
    expect(JSON.parse(out)).toMatchObject({
      dry_run: false,
      kind: 'done',
      from: 'OLD',
      to: 'NEW',
      files: CARRIED,
      versions: 1,
      freed: [{ kind: 'file', pool: 'mgmt', entry: '10.0.0.2', label: null }],
      archives: [expect.stringMatching(/archive\/OLD\//), expect.stringMatching(/archive\/NEW\//)],
    })
    expect(await read(`.ztps/archive/NEW/${time}/attributes`)).toBe('mine: 1\n')
    expect(await names(`.ztps/archive/NEW/${time}/.versions`)).toEqual([version('b')])
    expect(await read('nodes/NEW/attributes')).toBe('vlan: 10\n')
    expect(await names('.ztps/versions/NEW')).toEqual([version('a')])
  })

  it('refuses a new switch with a configuration of its own, unless told', async () => {
    const { replace, names, read, holders } = await world({
      'nodes/NEW/.node': report('NEW'),
      'nodes/NEW/definition': 'actions: [{action: mine}]\n',
    })
    const before = holders()
    const refused = await replace()
    expect([refused.status, refused.err]).toEqual([
      1,
      'ztps: nodes/NEW has a definition or startup-config of its own; --force archives it and goes on\n',
    ])
    expect(await names('nodes')).toEqual(['NEW', 'OLD'])
    expect(holders()).toEqual(before)
    expect((await replace('--force', '--dry-run')).status).toBe(0)
    expect(await names('.ztps/archive')).toEqual([])
    expect((await replace('--force')).status).toBe(0)
    const [time] = await names('.ztps/archive/NEW')
    expect(await read(`.ztps/archive/NEW/${time}/definition`)).toContain('mine')
    expect(await read('nodes/NEW/definition')).toBe(LEAF)
    expect(await read('nodes/NEW/.node')).toBe(report('NEW'))
    expect(await names('nodes')).toEqual(['NEW'])
  })

  it('of two commands at once one replaces, and the other says who did', async () => {
    const { run, names, holders } = await world()
    const both = await Promise.all(
      ['NEW', 'NEWER'].map((heir) => run('nodes', 'replace', 'OLD', heir)),
    )
    expect(both.map((each) => each.status).sort()).toEqual([0, 1])
    const [winner] = await names('nodes')
    expect(both.map((each) => each.err).join('')).toMatch(
      new RegExp(`^ztps: there is no node OLD; it was replaced by ${winner} on `),
    )
    expect(await names('nodes')).toHaveLength(1)
    expect(holders()).toContain(`65001 ${winner}`)
  })

  it('with --dry-run only looks', async () => {
    const { replace, names, holders } = await world()
    const before = holders()
    const { status, out } = await replace('--dry-run')
    expect([status, out]).toEqual([0, expect.stringMatching(/^would give NEW the place of OLD\n/)])
    expect(out).toContain('of its own, and to be freed:\n    mgmt: 10.0.0.2\n')
    expect(await names('nodes')).toEqual(['OLD'])
    expect(await names('.ztps/archive')).toEqual([])
    expect(holders()).toEqual(before)
  })

  it('changes nothing while a place of pools is down', async () => {
    const down = [brokenPoolAdmin('mysql', 'connection refused')]
    const { replace, names, holders } = await world({}, down)
    const before = holders()
    expect(await replace()).toEqual({ status: 1, out: '', err: 'ztps: connection refused\n' })
    expect(await names('nodes')).toEqual(['OLD'])
    expect(await names('.ztps/archive')).toEqual([])
    expect(holders()).toEqual(before)
  })

  const refusals: readonly (readonly [string, readonly string[], number, RegExp])[] = [
    ['an unknown node', ['OLX', 'NEW'], 1, /there is no node OLX; did you mean OLD\?/],
    ['a node by itself', ['OLD', 'OLD'], 2, /OLD cannot take its own place/],
    ['a node with nothing to give', ['EMPTY', 'NEW'], 1, /neither definition nor startup-config/],
    ['an unsafe id', ['OLD', '.NEW'], 1, /'.NEW' is no node id/],
    ['one word', ['OLD'], 2, /missing required argument 'NEW'/],
  ]
  it.each(refusals)('refuses %s', async (_name, words, status, message) => {
    const { run, names, holders } = await world({ 'nodes/EMPTY/attributes': '' })
    const before = holders()
    const ran = await run('nodes', 'replace', ...words)
    expect(ran).toEqual({ status, out: '', err: expect.stringMatching(message) })
    expect(await names('nodes')).toEqual(['EMPTY', 'OLD'])
    expect(holders()).toEqual(before)
  })

  describe('links', () => {
    it('in the folder go along, and lead where they led', async () => {
      const { replace, root, write, names, read } = await world()
      await write({ 'nodes/LINKED/startup-config': '' })
      await symlink('../../definitions/leaf', join(root, 'nodes/LINKED/definition'))
      const { run } = diskWorld(folder())
      expect((await run('nodes', 'replace', 'LINKED', 'NEW')).status).toBe(0)
      expect(await readlink(join(root, 'nodes/NEW/definition'))).toBe('../../definitions/leaf')
      expect(await read('nodes/NEW/definition')).toBe(LEAF)
      const [time] = await names('.ztps/archive/LINKED')
      expect(await read(`.ztps/archive/LINKED/${time}/definition`)).toBe(LEAF)
      expect((await replace()).status).toBe(1)
    })

    it('from the new node to the old one are how it was done before', async () => {
      const { replace, root, names } = await world({ 'nodes/OLD/.node': report('NEW') })
      await symlink('OLD', join(root, 'nodes/NEW'))
      expect((await replace()).status).toBe(0)
      expect(await names('nodes')).toEqual(['NEW'])
      expect((await lstat(join(root, 'nodes/NEW'))).isDirectory()).toBe(true)
      expect(await names('nodes/NEW')).toEqual(['.node', ...CARRIED])
      expect(await names('.ztps/archive')).toEqual(['OLD'])
    })

    it('from the new node elsewhere are its own, and only the link goes', async () => {
      const { replace, root, names, read } = await world({ 'nodes/THIRD/definition': LEAF })
      await symlink('THIRD', join(root, 'nodes/NEW'))
      expect((await replace()).err).toMatch(/nodes\/NEW has a definition or startup-config/)
      expect((await replace('--force')).status).toBe(0)
      expect(await names('nodes')).toEqual(['NEW', 'THIRD'])
      expect(await read('nodes/THIRD/definition')).toBe(LEAF)
      expect(await names('nodes/NEW')).toEqual(CARRIED)
    })

    it('that is the old node moves, and what it leads to stays', async () => {
      const { run, root, names, read } = await world({ 'nodes/NEW/.node': report('NEW') })
      await symlink('OLD', join(root, 'nodes/LINK'))
      expect((await run('nodes', 'replace', 'LINK', 'NEW')).status).toBe(0)
      expect(await names('nodes')).toEqual(['NEW', 'OLD'])
      expect(await readlink(join(root, 'nodes/NEW'))).toBe('OLD')
      expect(await read('nodes/OLD/.node')).toBe(report('OLD'))
    })
  })
})
