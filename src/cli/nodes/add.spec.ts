import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scratchFolder } from '../../store/testing/scratch.ts'
import { diskWorld } from '../testing/disk-deps.ts'

const LEAF = 'actions:\n- action: add_config\n'
const folder = scratchFolder()

async function world() {
  const made = diskWorld(folder())
  await made.write({
    'definitions/leaf': LEAF,
    'definitions/broken': '- 1\n',
    'config-handlers/log': '#!/bin/sh\n',
    'nodes/OLD/definition': LEAF,
    '../given/config': 'hostname a\n',
    '../given/empty': '',
    '../given/attributes': 'vlan: 10\n',
    '../given/bad-attributes': '- 1\n',
    '../given/pattern': 'name: mine\ninterfaces:\n- Ethernet1: spine1:any\n',
    '../given/bad-pattern': "interfaces:\n- Ethernet1: regex('('):any\n",
  })
  return made
}

const given = (name: string) => join(folder(), 'given', name)
const OPEN = 'name: open\ninterfaces: []\n'

describe('ztps nodes add', () => {
  it('makes a folder with a definition, and a pattern that all satisfy', async () => {
    const { run, names, read, root } = await world()
    const { status, out, err } = await run('nodes', 'add', 'SN1', '--definition', 'leaf')
    expect({ status, out, err }).toEqual({
      status: 0,
      out: 'added SN1: definition, pattern\n',
      err: '',
    })
    expect(await names('nodes/SN1')).toEqual(['definition', 'pattern'])
    expect(await read('nodes/SN1/definition')).toBe(LEAF)
    expect(await read('nodes/SN1/pattern')).toBe(OPEN)
    expect((await stat(join(root, 'nodes/SN1'))).mode & 0o007).toBe(0)
    const { err: findings } = await run('validate', root)
    expect(findings).not.toContain('SN1')
  })

  it('takes everything that a folder may hold', async () => {
    const { run, read, root } = await world()
    const flags = [
      ['--definition', '/leaf'],
      ['--startup-config', given('config')],
      ['--attributes', given('attributes')],
      ['--pattern', given('pattern')],
      ['--config-handler', 'log'],
      ['--json'],
    ].flat()
    const { status, out } = await run('nodes', 'add', 'SN1', ...flags)
    expect(status).toBe(0)
    const files = ['definition', 'startup-config', 'attributes', 'pattern', 'config-handler']
    expect(JSON.parse(out)).toEqual({ dry_run: false, added: [{ id: 'SN1', files }] })
    expect(await read('nodes/SN1/startup-config')).toBe('hostname a\n')
    expect(await read('nodes/SN1/attributes')).toBe('vlan: 10\n')
    expect(await read('nodes/SN1/pattern')).toMatch(/^name: mine\n/)
    const handler = await stat(join(root, 'nodes/SN1/config-handler'))
    expect(handler.mode & 0o100).toBe(0o100)
  })

  it('takes a startup-config from standard input, and a model', async () => {
    const { runWith, read } = await world()
    const flags = ['--startup-config', '-', '--model', 'regex("DCS-70.*")']
    expect((await runWith('hostname b\n', 'nodes', 'add', 'SN1', ...flags)).status).toBe(0)
    expect(await read('nodes/SN1/startup-config')).toBe('hostname b\n')
    expect(await read('nodes/SN1/pattern')).toBe(
      'name: open\nmodel: regex("DCS-70.*")\ninterfaces: []\n',
    )
  })

  it('with --dry-run checks everything and makes nothing', async () => {
    const { run, names } = await world()
    const { status, out } = await run('nodes', 'add', 'SN1', '--definition', 'leaf', '--dry-run')
    expect([status, out]).toEqual([0, 'would add SN1: definition, pattern\n'])
    expect((await run('nodes', 'add', 'SN1', '--definition', 'gone', '--dry-run')).status).toBe(1)
    expect(await names('nodes')).toEqual(['OLD'])
  })

  const refusals: readonly (readonly [string, readonly string[], RegExp])[] = [
    [
      'a node that exists',
      ['OLD', '--definition', 'leaf'],
      /^ztps: nodes\/OLD exists already, and stays as it is/,
    ],
    [
      'one that differs in case only',
      ['old', '--definition', 'leaf'],
      /'old' and nodes\/OLD differ in case only/,
    ],
    ['an unsafe id', ['../SN1', '--definition', 'leaf'], /'..\/SN1' is no node id/],
    ['a node with nothing to do', ['SN1'], /a node needs a definition, a startup-config, or both/],
    [
      'a definition that does not exist',
      ['SN1', '--definition', 'leef'],
      /there is no definition 'leef' in definitions\/; did you mean leaf\?/,
    ],
    [
      'a definition elsewhere',
      ['SN1', '--definition', '../nodes/OLD/definition'],
      /the path leads out of definitions\//,
    ],
    [
      'a broken definition',
      ['SN1', '--definition', 'broken'],
      /the definition 'broken' cannot be used: \S+definitions\/broken:1:1: a definition is a map/,
    ],
    [
      'a missing config-handler',
      ['SN1', '--definition', 'leaf', '--config-handler', 'gone'],
      /there is no program 'gone' in config-handlers\//,
    ],
    [
      'a file that does not exist',
      ['SN1', '--startup-config', '/nowhere/config'],
      /^ztps: \/nowhere\/config does not exist\n/,
    ],
    [
      'an empty startup-config',
      ['SN1', '--startup-config', 'GIVEN/empty'],
      /given\/empty is empty/,
    ],
    [
      'broken attributes',
      ['SN1', '--definition', 'leaf', '--attributes', 'GIVEN/bad-attributes'],
      /given\/bad-attributes:1:1: /,
    ],
    [
      'a broken pattern',
      ['SN1', '--definition', 'leaf', '--pattern', 'GIVEN/bad-pattern'],
      /given\/bad-pattern:2:\d+: /,
    ],
    [
      'a model beside a pattern',
      ['SN1', '--definition', 'leaf', '--pattern', 'GIVEN/pattern', '--model', 'x'],
      /a model goes into the pattern that is made without a file/,
    ],
    [
      'all that is wrong, at once',
      ['SN1', '--definition', 'gone', '--attributes', 'GIVEN/bad-attributes'],
      /no definition 'gone'.*; \S+bad-attributes:1:1/,
    ],
  ]
  it.each(refusals)('refuses %s, and changes nothing', async (_name, words, message) => {
    const { run, names, read } = await world()
    const argv = words.map((word) => word.replace('GIVEN/', `${given('')}/`))
    const { status, out, err } = await run('nodes', 'add', ...argv)
    expect([status > 0, out, err]).toEqual([true, '', expect.stringMatching(message)])
    expect(await names('nodes')).toEqual(['OLD'])
    expect(await read('nodes/OLD/definition')).toBe(LEAF)
    expect(await names('.ztps/new')).toEqual([])
  })
})
