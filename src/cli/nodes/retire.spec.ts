import { execFileSync } from 'node:child_process'
import { lstat, symlink } from 'node:fs/promises'
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
const folder = scratchFolder()
const VERSION = `20260131T120000.123Z-${'a'.repeat(64)}`

function poolsOfTwo() {
  return [
    fakePoolAdmin({ mgmt: [heldEntry('10.0.0.1', 'SN1/lo'), heldEntry('10.0.0.2', 'SN2')] }),
    fakePoolAdmin({ asn: [heldEntry('65001', 'SN1')] }, { kind: 'sqlite' }),
  ] as const
}

/** @param down a place of pools that does not answer */
async function world(down: readonly PoolAdmin[] = []) {
  const pools = poolsOfTwo()
  const made = diskWorld(folder(), { pools: [...pools, ...down] })
  await made.write({
    'definitions/leaf': LEAF,
    'nodes/SN1/.node': '{"serialnumber": "SN1"}',
    'nodes/SN1/startup-config': 'hostname a\n',
    'nodes/SN1/notes/rack': '12\n',
    'nodes/SN2/definition': LEAF,
    [`.ztps/versions/SN1/${VERSION}`]: 'hostname before\n',
  })
  await symlink('../../definitions/leaf', join(made.root, 'nodes/SN1/definition'))
  await symlink('SN1', join(made.root, 'nodes/LINK'))
  const holders = () =>
    [pools[0].entries('mgmt'), pools[1].entries('asn')].flat().map((e) => e.holder)
  return { ...made, holders }
}

describe.each([
  ['reset', 'reset'],
  ['remove', 'removed'],
])('ztps nodes %s', (command, done) => {
  it('archives the folder, what links lead to included, and takes it away', async () => {
    const { run, names, read, holders } = await world()
    const { status, out, err } = await run('nodes', command, 'SN1')
    expect({ status, err }).toEqual({ status: 0, err: '' })
    const [time = ''] = await names('.ztps/archive/SN1')
    expect(out).toBe(
      `${done} SN1; archived in ${folder()}/data/.ztps/archive/SN1/${time}\n` +
        "  it still holds:\n    mgmt: 10.0.0.1 as 'lo'\n    sqlite:asn: 65001\n",
    )
    expect(await names('nodes')).toEqual(['LINK', 'SN2'])
    const archived = `.ztps/archive/SN1/${time}`
    expect(await read(`${archived}/startup-config`)).toBe('hostname a\n')
    expect(await read(`${archived}/notes/rack`)).toBe('12\n')
    expect(await read(`${archived}/definition`)).toBe(LEAF)
    expect(await read(`${archived}/.versions/${VERSION}`)).toBe('hostname before\n')
    expect(JSON.parse(await read(`${archived}/.archived`))).toMatchObject({ kind: done })
    expect(await read('definitions/leaf')).toBe(LEAF)
    expect(await names('.ztps/new')).toEqual([])
    expect(holders()).toEqual(['SN1/lo', 'SN2', 'SN1'])
  })

  it('keeps the versions of the startup-config only where the switch comes back', async () => {
    const { run, names } = await world()
    await run('nodes', command, 'SN1')
    expect(await names('.ztps/versions/SN1')).toEqual(command === 'reset' ? [VERSION] : [])
  })

  it('takes only the link where a node is one', async () => {
    const { run, names, read } = await world()
    const { out } = await run('nodes', command, 'LINK')
    expect(out).toMatch(new RegExp(`^${done} LINK, a link to SN1, which stays; archived in `))
    expect(await names('nodes')).toEqual(['SN1', 'SN2'])
    expect(await read('nodes/SN1/startup-config')).toBe('hostname a\n')
  })

  it('with --free frees what it held, and nothing else', async () => {
    const { run, holders } = await world()
    const { out } = await run('nodes', command, 'SN1', '--free', '--json')
    expect(JSON.parse(out)).toEqual({
      dry_run: false,
      [done]: [
        {
          id: 'SN1',
          archive: expect.stringContaining('/.ztps/archive/SN1/'),
          link: null,
          freed: [
            { kind: 'file', pool: 'mgmt', entry: '10.0.0.1', label: 'lo' },
            { kind: 'sqlite', pool: 'asn', entry: '65001', label: null },
          ],
          holds: [],
          unreachable_pools: [],
        },
      ],
    })
    expect(holders()).toEqual([null, 'SN2', null])
  })

  it('frees afterwards too', async () => {
    const { run, holders } = await world()
    await run('nodes', command, 'SN1')
    const { status, out } = await run('nodes', command, 'SN1', '--free')
    expect([status, out]).toEqual([0, expect.stringContaining('freed:\n    mgmt: 10.0.0.1')])
    expect(holders()).toEqual([null, 'SN2', null])
    expect((await run('nodes', command, 'SN1', '--free')).err).toMatch(
      /^ztps: there is no node SN1; it was (reset|removed) on 2/,
    )
  })

  it('with --dry-run only looks', async () => {
    const { run, names, holders } = await world()
    const { status, out } = await run('nodes', command, 'SN1', 'SN2', 'SN1', '--free', '--dry-run')
    expect([status, out]).toEqual([
      0,
      `would ${command} SN1\n  would free:\n    mgmt: 10.0.0.1 as 'lo'\n    sqlite:asn: 65001\n` +
        `would ${command} SN2\n  would free:\n    mgmt: 10.0.0.2\n`,
    ])
    expect(await names('nodes')).toEqual(['LINK', 'SN1', 'SN2'])
    expect(await names('.ztps/archive')).toEqual([])
    expect(holders()).toEqual(['SN1/lo', 'SN2', 'SN1'])
  })

  it('does nothing when one of several is unknown', async () => {
    const { run, names } = await world()
    const { status, out, err } = await run('nodes', command, 'SN1', 'SN3x', 'SN2')
    expect([status, out]).toEqual([1, ''])
    expect(err).toMatch(/^ztps: there is no node SN3x; did you mean SN\d\?\n$/)
    expect(await names('nodes')).toEqual(['LINK', 'SN1', 'SN2'])
  })

  it('frees nothing, and takes nothing away, when a place of pools is down', async () => {
    const down = [brokenPoolAdmin('mysql', 'connection refused')]
    const { run, names, holders } = await world(down)
    const { status, err } = await run('nodes', command, 'SN1', '--free')
    expect([status, err]).toEqual([
      1,
      'ztps: the mysql pools cannot be asked what SN1 holds: connection refused\n',
    ])
    expect(await names('nodes')).toEqual(['LINK', 'SN1', 'SN2'])
    expect(holders()).toEqual(['SN1/lo', 'SN2', 'SN1'])
    const without = await run('nodes', command, 'SN1')
    expect([without.status, without.out]).toEqual([
      0,
      expect.stringContaining('the mysql pools cannot be asked: connection refused'),
    ])
  })

  it('leaves what it cannot archive', async () => {
    const { run, root, names } = await world()
    execFileSync('mkfifo', [join(root, 'nodes/SN1/pipe')])
    const { status, err } = await run('nodes', command, 'SN2', 'SN1')
    expect([status, err]).toEqual([
      1,
      `ztps: SN1: ${root}/nodes/SN1/pipe is neither file nor folder: remove it first; done before that: SN2\n`,
    ])
    expect(await names('nodes')).toEqual(['LINK', 'SN1'])
    expect(await names('.ztps/archive/SN1')).toEqual([])
    expect((await lstat(join(root, 'nodes/SN1/definition'))).isSymbolicLink()).toBe(true)
  })
})
