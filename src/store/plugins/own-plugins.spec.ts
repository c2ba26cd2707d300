import { createHash } from 'node:crypto'
import { readFile, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ZtpError } from '../../kernel/errors.ts'
import { request } from '../../resource/testing/requests.ts'
import { realClock } from '../testing/clock.ts'
import { gate } from '../testing/gate.ts'
import { createOwnPlugins } from './own-plugins.ts'
import { createPluginFolder } from './plugin-folder.ts'
import type { PluginRunner, PluginTask } from './plugin-runner.ts'
import { pluginsUnderTest, recordingIn } from './testing/data-root.ts'

const { write, folder, log, allocate } = pluginsUnderTest()
const RELEASED = "# as ZTPServer's release has it\n"

/** Real files, and a runner that says what it was asked to run. */
function scripted(run: (task: PluginTask) => Promise<string | null>, frees = false) {
  const tasks: string[] = []
  const runner: PluginRunner = {
    async run(task) {
      const { plugin, free } = task
      tasks.push(`${plugin.kind} ${plugin.file}${free === undefined ? '' : ` takes back ${free}`}`)
      return { value: await run(task), frees }
    },
    async close() {},
  }
  const releases = {
    releasesOf: (path: string, sha256: string) =>
      sha256 === sha256Of(RELEASED) ? [`v2.0.2 ${path}`] : [],
  }
  const plugins = createOwnPlugins({
    folder: createPluginFolder({
      dataRoot: folder(),
      releases: async () => releases,
      clock: realClock,
      logger: recordingIn(log),
    }),
    runners: { python: runner, module: runner, script: runner, binary: runner },
    logger: recordingIn(log),
  })
  return { plugins, tasks }
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

describe('the file that runs for a name', () => {
  const cases: readonly (readonly [
    string,
    string,
    Readonly<Record<string, string>>,
    string | undefined,
  ])[] = [
    ['none', 'ipam', {}, undefined],
    [
      'none, although there are others',
      'ipam',
      { ipam2: 'x', 'ipam.txt': 'x', '.ipam': 'x' },
      undefined,
    ],
    ['NAME', 'ipam', { ipam: 'x' }, 'python ipam'],
    ['NAME.py', 'ipam', { 'ipam.py': 'x' }, 'python ipam.py'],
    ['NAME.mjs', 'ipam', { 'ipam.mjs': 'x' }, 'module ipam.mjs'],
    ['NAME.js', 'ipam', { 'ipam.js': 'x' }, 'module ipam.js'],
    ['NAME with its ending', 'ipam.py', { 'ipam.py': 'x' }, 'python ipam.py'],
    [
      'the first of all',
      'ipam',
      { 'ipam.js': 'x', 'ipam.mjs': 'x', 'ipam.py': 'x', ipam: 'x' },
      'python ipam',
    ],
    [
      'the first of three',
      'ipam',
      { 'ipam.js': 'x', 'ipam.mjs': 'x', 'ipam.py': 'x' },
      'python ipam.py',
    ],
    ['the first of two', 'ipam', { 'ipam.js': 'x', 'ipam.mjs': 'x' }, 'module ipam.mjs'],
    ["none: it is a release's", 'allocate', { allocate: RELEASED }, undefined],
    ["none: it is a release's sqlite", 'sqlite', { sqlite: RELEASED }, undefined],
    ["none: it is a release's test", 'test', { test: RELEASED }, undefined],
    ["an edited one of a release's", 'allocate', { allocate: `${RELEASED}#` }, 'python allocate'],
    [
      "one beside a release's",
      'allocate',
      { allocate: RELEASED, 'allocate.mjs': 'x' },
      'module allocate.mjs',
    ],
    [
      "a release's that we have nothing for",
      'mysql_vars',
      { mysql_vars: RELEASED },
      'python mysql_vars',
    ],
    ['postgres', 'postgres', { postgres: 'x' }, 'python postgres'],
    ['a shell script', 'ipam', { ipam: '#!/bin/sh\n' }, 'script ipam'],
    [
      'a shell script called .py',
      'ipam',
      { 'ipam.py': '#! /usr/bin/env bash\n' },
      'script ipam.py',
    ],
    ['Python by its first line', 'ipam', { ipam: '#!/usr/bin/env python3\n' }, 'python ipam'],
    ['Python of another place', 'ipam', { ipam: '#!/opt/venv/bin/python3.11 -u\n' }, 'python ipam'],
    ['Python 2 by its first line', 'ipam', { ipam: '#!/usr/bin/python2\n' }, 'python ipam'],
    ['not Python, for all its path', 'ipam', { ipam: '#!/opt/python/bin/ruby\n' }, 'script ipam'],
  ]
  it.each(cases)('is %s', async (_name, called, files, expected) => {
    await rm(join(folder(), 'plugins'), { recursive: true, force: true })
    for (const [file, text] of Object.entries(files)) await write(`plugins/${file}`, text)
    const { plugins, tasks } = scripted(async () => 'value')
    const found = await plugins.find(called)
    await found?.allocate(request('SN1', 'p'))
    expect(tasks).toEqual(expected === undefined ? [] : [expected])
  })

  it.each(['../outside', '..', '.', '', 'a/b', '.hidden', 'a\0b', '-x', 'é'])(
    'is never one called %j',
    async (name) => {
      await write('outside', 'x')
      await write('plugins/.hidden', 'x')
      await write('plugins/a/b', 'x')
      await write('plugins/é', 'x')
      expect(await scripted(async () => null).plugins.find(name)).toBeUndefined()
    },
  )

  it('is found as soon as it is there, and not when it is gone', async () => {
    await rm(join(folder(), 'plugins'), { recursive: true, force: true })
    const { plugins } = scripted(async () => null)
    expect(await plugins.find('new')).toBeUndefined()
    await write('plugins/new', 'x')
    expect(await plugins.find('new')).toBeDefined()
    await rm(join(folder(), 'plugins/new'))
    expect(await plugins.find('new')).toBeUndefined()
  })

  it('may be a link to anywhere', async () => {
    await write('elsewhere/ipam.py', '#!/bin/sh\n')
    await rm(join(folder(), 'plugins/ipam'), { force: true })
    await symlink('../elsewhere/ipam.py', join(folder(), 'plugins/ipam'))
    const { plugins, tasks } = scripted(async () => null)
    await (await plugins.find('ipam'))?.allocate(request('SN1', 'p'))
    expect(tasks).toEqual(['script ipam'])
  })

  it('is not known when plugins/ cannot be read', async () => {
    await rm(join(folder(), 'plugins'), { recursive: true, force: true })
    await symlink('plugins', join(folder(), 'plugins'))
    const { plugins } = scripted(async () => null)
    await expect(plugins.find('allocate')).rejects.toMatchObject({
      code: 'ZTP_PLUGIN_FAILED',
      message: `cannot read ${folder()}/plugins: symbolic links lead in a circle`,
    })
    await rm(join(folder(), 'plugins'))
  })

  it('has a warning, once, when there are several', async () => {
    await rm(join(folder(), 'plugins'), { recursive: true, force: true })
    for (const file of ['ipam.py', 'ipam.mjs', 'ipam.js']) await write(`plugins/${file}`, 'x')
    const { plugins } = scripted(async () => null)
    for (let i = 0; i < 3; i += 1) await plugins.find('ipam')
    expect(log).toEqual([
      "warn plugin 'ipam' is plugins/ipam.py, which goes before ipam.mjs, ipam.js",
    ])
  })
})

describe('at the start', () => {
  it('is said which of ours gives way', async () => {
    await rm(join(folder(), 'plugins'), { recursive: true, force: true })
    await write('plugins/allocate', RELEASED)
    await write('plugins/sqlite', `${RELEASED}DB_URL = 'mine'\n`)
    await write('plugins/mysql', '')
    const { plugins } = scripted(async () => null)
    await plugins.announce(['allocate', 'sqlite', 'postgres', 'mysql', 'test'])
    expect(log).toEqual([
      "info plugin 'sqlite': plugins/sqlite runs in place of ours",
      "warn plugin 'mysql': plugins/mysql failed: the file is empty",
    ])
  })
})

describe('simultaneous calls', () => {
  it('of one node with the same arguments share one run', async () => {
    await write('plugins/ipam', 'x')
    let asked = 0
    const { plugins, tasks } = scripted(async () => {
      asked += 1
      return String(asked)
    })
    const ipam = await plugins.find('ipam')
    const calls = [request('A', 'p'), request('A', 'p'), request('A', 'p', 'l'), request('B', 'p')]
    const given = await Promise.all(calls.map((each) => ipam?.allocate(each)))
    expect(given.map((each) => each?.value)).toEqual(['1', '1', '2', '3'])
    expect((await ipam?.allocate(request('A', 'p')))?.value).toBe('4')
    expect(tasks.length).toBe(4)
  })

  it('share a failure too, and the next begins anew', async () => {
    await write('plugins/ipam', 'x')
    let asked = 0
    const { plugins } = scripted(async () => {
      asked += 1
      if (asked === 1) throw new ZtpError('ZTP_PLUGIN_FAILED', 'not yet')
      return 'value'
    })
    const ipam = await plugins.find('ipam')
    const both = [ipam?.allocate(request('A', 'p')), ipam?.allocate(request('A', 'p'))]
    const outcomes = await Promise.allSettled(both)
    expect(outcomes.map((each) => each.status)).toEqual(['rejected', 'rejected'])
    expect((await ipam?.allocate(request('A', 'p')))?.value).toBe('value')
  })
})

describe('what was given', () => {
  it('is taken back by a plugin that can', async () => {
    await write('plugins/ipam', 'x')
    const { plugins, tasks } = scripted(async () => 'value', true)
    const given = await (await plugins.find('ipam'))?.allocate(request('A', 'p'))
    expect(await given?.giveBack()).toBe(true)
    expect(tasks).toEqual(['python ipam', 'python ipam takes back value'])
  })

  it('is not taken back by a plugin that cannot', async () => {
    await write('plugins/ipam', 'x')
    const { plugins, tasks } = scripted(async () => 'value')
    const given = await (await plugins.find('ipam'))?.allocate(request('A', 'p'))
    expect(await given?.giveBack()).toBe(false)
    expect(tasks).toEqual(['python ipam'])
  })

  it('is not taken back while another that shared the run keeps it', async () => {
    await write('plugins/ipam', 'x')
    const { plugins, tasks } = scripted(async () => 'value', true)
    const ipam = await plugins.find('ipam')
    const both = [ipam?.allocate(request('A', 'p')), ipam?.allocate(request('A', 'p'))]
    const [one, other] = await Promise.all(both)
    expect(await one?.giveBack()).toBe(false)
    expect(tasks).toEqual(['python ipam'])
    expect(await other?.giveBack()).toBe(true)
    expect(tasks).toEqual(['python ipam', 'python ipam takes back value'])
  })

  it('is not taken back once a later run told the node of it again', async () => {
    await write('plugins/ipam', 'x')
    const { plugins, tasks } = scripted(async () => 'value', true)
    const ipam = await plugins.find('ipam')
    const first = await ipam?.allocate(request('A', 'p'))
    const second = await ipam?.allocate(request('A', 'p'))
    await ipam?.allocate(request('B', 'p'))
    await first?.giveBack()
    expect(tasks).toEqual(['python ipam', 'python ipam', 'python ipam'])
    await second?.giveBack()
    expect(tasks.slice(3)).toEqual(['python ipam takes back value'])
  })

  it('is asked for anew only when it was taken back', async () => {
    await write('plugins/ipam', 'x')
    const taken = gate()
    const { plugins, tasks } = scripted(async ({ free }) => {
      if (free !== undefined) await taken.passed
      return 'value'
    }, true)
    const ipam = await plugins.find('ipam')
    const givingBack = (await ipam?.allocate(request('A', 'p')))?.giveBack()
    const again = ipam?.allocate(request('A', 'p'))
    await ipam?.allocate(request('B', 'p'))
    expect(tasks).toEqual(['python ipam', 'python ipam takes back value', 'python ipam'])
    taken.open()
    await Promise.all([givingBack, again])
    expect(tasks.length).toBe(4)
  })

  it('and cannot be taken back is a warning, no failure', async () => {
    await write('plugins/ipam', 'x')
    const { plugins } = scripted(async ({ free }) => {
      if (free !== undefined) throw new ZtpError('ZTP_PLUGIN_FAILED', 'plugins/ipam failed: no')
      return 'value'
    }, true)
    const given = await (await plugins.find('ipam'))?.allocate(request('A', 'p'))
    expect(await given?.giveBack()).toBe(false)
    expect(log).toEqual(['warn A: plugins/ipam failed: no; it was to take back its value'])
  })

  it.each([
    [
      'Python',
      'frees',
      `def main(node_id, pool):
    return {'a': 1.0}
def free(node_id, pool, value):
    open('../freed', 'a').write('%s %s %r\\n' % (node_id, pool, value))
`,
      "SN1 p {'a': 1.0}\n",
    ],
    [
      'Python with a label',
      'frees_label',
      `def main(node_id, pool, label):
    return label
def free(node_id, pool, value, label):
    open('../freed', 'a').write('%s %s\\n' % (value, label))
`,
      'lo lo\n',
    ],
    [
      'an ES module',
      'frees.mjs',
      `import { appendFileSync } from 'node:fs'
export const main = () => 'value'
export function free({ nodeId, pool, value, node }) {
  appendFileSync(new URL('../freed', import.meta.url), [nodeId, pool, value, node.serialnumber] + '\\n')
}
`,
      'SN1,p,value,SN1\n',
    ],
  ])('is taken back by a function of %s', async (_name, file, text, freed) => {
    await rm(join(folder(), 'plugins'), { recursive: true, force: true })
    await write('freed', '')
    await write(`plugins/${file}`, text)
    const label = file === 'frees_label' ? 'lo' : undefined
    const given = await allocate(file.replace('.mjs', ''), request('SN1', 'p', label))
    await given.giveBack()
    expect(await readFile(join(folder(), 'freed'), 'utf8')).toBe(freed)
  })
})
