import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmod,
  chown,
  mkdir,
  readdir,
  readFile,
  rename,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { parseNodeId } from '../../node/identity.ts'
import type { NodeReport } from '../../node/report.ts'
import type { NodeStore } from '../../provision/ports.ts'
import { createDiskReader } from '../reader/disk-reader.ts'
import { outputOf, startChild } from '../testing/child.ts'
import { realClock } from '../testing/clock.ts'
import { gate } from '../testing/gate.ts'
import { openLocks } from '../testing/locks.ts'
import { builtModule, isRoot, scratchFolder } from '../testing/scratch.ts'
import { createNodeStore } from './node-store.ts'
import { startupConfigLock } from './startup-config.ts'
import { listVersions } from './versions.ts'

function id(text: string) {
  const parsed = parseNodeId(text)
  if (parsed === undefined) throw new Error(`${text} is no node id`)
  return parsed
}

const REPORT: NodeReport = {
  model: 'DCS-7050',
  serialnumber: 'SSJ1',
  systemmac: '001122334455',
  version: '4.20.1F',
  neighbors: new Map([['Ethernet1', [{ device: 'spine1', port: 'Ethernet7' }]]]),
}

const PATIENCE = { timeout: 15_000 }
const bytes = (text: string) => Buffer.from(text)
const DEFINITION = bytes('actions:\n- action: add_config\n')
const PATTERN = 'name: leaf\ninterfaces:\n- any: any:any\n'
const NODE = {
  report: REPORT,
  definition: DEFINITION,
  pattern: PATTERN,
  configHandler: bytes('#!/bin/sh\n'),
}

describe('the node store', () => {
  const folder = scratchFolder()
  const nodes = (...path: string[]) => join(folder(), 'nodes', ...path)
  const reader = createDiskReader({ clock: realClock })
  afterAll(() => reader.close())

  const locksHere = openLocks(() => join(folder(), '.ztps/locks'))

  async function store(keepVersions = 20): Promise<NodeStore> {
    await mkdir(nodes(), { recursive: true })
    return createNodeStore({
      nodesFolder: nodes(),
      stateFolder: join(folder(), '.ztps'),
      identifier: 'serialnumber',
      keepVersions,
      reader,
      locks: locksHere(),
      clock: realClock,
    })
  }

  describe('create', () => {
    it('makes the whole folder, with nothing for others', async () => {
      const made = await store()
      if (isRoot) await chown(nodes(), 0, 4242)
      expect(await made.create(id('SSJ1'), NODE)).toBe('created')
      const names = ['.node', 'config-handler', 'definition', 'pattern']
      expect((await readdir(nodes('SSJ1'))).sort()).toEqual(names)
      expect(await readFile(nodes('SSJ1/definition'))).toEqual(DEFINITION)
      expect(await readFile(nodes('SSJ1/pattern'), 'utf8')).toBe(PATTERN)
      const umask = process.umask()
      const { gid } = await stat(nodes())
      for (const [name, mode] of [
        ['.', 0o770],
        ['.node', 0o660],
        ['definition', 0o660],
        ['config-handler', 0o770],
      ] as const) {
        const found = await stat(nodes('SSJ1', name))
        expect([name, found.mode & 0o777, found.gid]).toEqual([name, mode & ~umask, gid])
      }
      expect(await readdir(nodes())).toEqual(['SSJ1'])
    })

    it.runIf(isRoot)('gives what root makes to the owner of nodes/', async () => {
      const made = await store()
      await chown(nodes(), 4321, 4242)
      await made.create(id('SSJ1'), NODE)
      for (const name of ['.', ...(await readdir(nodes('SSJ1')))]) {
        expect([name, await stat(nodes('SSJ1', name))]).toMatchObject([
          name,
          { uid: 4321, gid: 4242 },
        ])
      }
    })

    it('takes what an operator prepares: no report, and attributes', async () => {
      const made = await store()
      const files = { definition: DEFINITION, pattern: PATTERN, attributes: bytes('a: 1\n') }
      expect(await made.create(id('SSJ1'), files)).toBe('created')
      expect((await readdir(nodes('SSJ1'))).sort()).toEqual(['attributes', 'definition', 'pattern'])
    })

    it('takes a startup-config instead of a definition', async () => {
      const made = await store()
      await made.create(id('SSJ1'), { report: REPORT, startupConfig: bytes('hostname a\n') })
      expect((await readdir(nodes('SSJ1'))).sort()).toEqual(['.node', 'startup-config'])
      expect(await made.state(id('SSJ1'))).toBe('configured')
    })

    it('lets one of many win', async () => {
      const made = await store()
      const outcomes = await Promise.all(
        Array.from({ length: 30 }, () => made.create(id('SSJ1'), NODE)),
      )
      expect(outcomes.filter((each) => each === 'created')).toHaveLength(1)
      expect(await readdir(join(folder(), '.ztps/new'))).toEqual([])
    })

    it('lets one of many win, in several processes', async () => {
      await store()
      const script = `
        import { createDiskReader } from ${JSON.stringify(builtModule('reader/disk-reader'))}
        import { createNodeStore } from ${JSON.stringify(builtModule('nodes/node-store'))}
        import { createProcessLocks } from ${JSON.stringify(builtModule('locks/process-locks'))}
        const clock = { now: () => Date.now() }
        const [folder] = process.argv.slice(1)
        const store = createNodeStore({ nodesFolder: folder + '/nodes', stateFolder: folder + '/.ztps',
          identifier: 'serialnumber', keepVersions: 20, clock,
          reader: createDiskReader({ clock }), locks: createProcessLocks(folder + '/locks') })
        const report = { ...${JSON.stringify({ ...REPORT, neighbors: undefined })}, neighbors: new Map() }
        const ids = Array.from({ length: 50 }, (_, i) => 'NODE' + i)
        const outcomes = await Promise.all(ids.map((id) => store.create(id, { report, definition: Buffer.from(folder) })))
        console.log(outcomes.filter((each) => each === 'created').length)`
      const children = [1, 2, 3].map(() => outputOf(startChild(script, folder())))
      const won = (await Promise.all(children)).map(Number)
      expect(won.reduce((sum, each) => sum + each, 0)).toBe(50)
      expect(await readdir(nodes())).toHaveLength(50)
      for (const node of await readdir(nodes())) {
        expect((await readdir(nodes(node))).sort()).toEqual(['.node', 'definition'])
      }
    })

    it('leaves a folder, or a link to one, that is there', async () => {
      const made = await store()
      await mkdir(nodes('OLD'))
      await symlink('OLD', nodes('NEW'))
      expect(await made.create(id('OLD'), NODE)).toBe('exists')
      expect(await made.create(id('NEW'), NODE)).toBe('exists')
      expect(await readdir(nodes('OLD'))).toEqual([])
    })

    it('makes folders whole or not at all when the process is killed', async () => {
      await store()
      const script = `
        import { createDiskReader } from ${JSON.stringify(builtModule('reader/disk-reader'))}
        import { createNodeStore } from ${JSON.stringify(builtModule('nodes/node-store'))}
        import { createProcessLocks } from ${JSON.stringify(builtModule('locks/process-locks'))}
        const clock = { now: () => Date.now() }
        const [folder] = process.argv.slice(1)
        const store = createNodeStore({ nodesFolder: folder + '/nodes', stateFolder: folder + '/.ztps',
          identifier: 'serialnumber', keepVersions: 20, clock,
          reader: createDiskReader({ clock }), locks: createProcessLocks(folder + '/locks') })
        const report = { ...${JSON.stringify({ ...REPORT, neighbors: undefined })}, neighbors: new Map() }
        const bytes = Buffer.from('actions: []')
        const file = { report, definition: bytes, pattern: 'name: x', configHandler: bytes }
        let next = 0
        const worker = async () => { for (;;) await store.create('NODE' + next++, file) }
        await Promise.all(Array.from({ length: 32 }, worker))`
      const child = startChild(script, folder())
      await expect.poll(async () => (await readdir(nodes())).length, PATIENCE).toBeGreaterThan(3)
      child.kill('SIGKILL')
      await once(child, 'close')
      const made = (await readdir(nodes())).filter((name) => name.startsWith('NODE'))
      for (const node of made) expect(await readdir(nodes(node))).toHaveLength(4)
    })

    it.runIf(isRoot)('makes nothing at all when the disk is full', async () => {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', folder()])
      try {
        const made = await store()
        const definition = Buffer.alloc(200_000)
        await expect(made.create(id('SSJ1'), { ...NODE, definition })).rejects.toMatchObject({
          code: 'ZTP_STORE_FAILED',
          message: `cannot create ${nodes('SSJ1')}: no space left on the device`,
        })
        expect(await readdir(nodes())).toEqual([])
        expect(await readdir(join(folder(), '.ztps/new'))).toEqual([])
        expect(await made.create(id('SSJ1'), NODE)).toBe('created')
      } finally {
        execFileSync('umount', [folder()])
      }
    })

    it.runIf(isRoot)('builds beside the nodes when the state is on another device', async () => {
      const made = await store()
      const state = join(folder(), '.ztps')
      await mkdir(state)
      execFileSync('mount', ['-t', 'tmpfs', 'none', state])
      try {
        expect(await made.create(id('SSJ1'), NODE)).toBe('created')
        expect(await readdir(nodes('.ztps-new'))).toEqual([])
      } finally {
        execFileSync('umount', [state])
      }
    })
  })

  describe('links that lead nowhere', () => {
    const links: readonly (readonly [string, string, RegExp])[] = [
      ['dangling', 'GONE', /nodes\/SSJ1 is a symbolic link to GONE, which does not exist/],
      ['cyclic', 'SSJ1', /nodes\/SSJ1.*: symbolic links lead in a circle/],
    ]
    it.each(links)('are an error with the path: %s', async (_name, target, message) => {
      const made = await store()
      await symlink(target, nodes('SSJ1'))
      const failure = { code: 'ZTP_STORE_FAILED', message: expect.stringMatching(message) }
      await expect(made.state(id('SSJ1'))).rejects.toMatchObject(failure)
      await expect(made.load(id('SSJ1'))).rejects.toMatchObject(failure)
      await expect(made.create(id('SSJ1'), NODE)).rejects.toMatchObject(failure)
      await expect(made.saveStartupConfig(id('SSJ1'), bytes('x'))).rejects.toMatchObject(failure)
    })

    it('make a definition broken, not absent', async () => {
      const made = await store()
      await mkdir(nodes('SSJ1'))
      await symlink('../../definitions/gone', nodes('SSJ1/definition'))
      const loaded = await made.load(id('SSJ1'))
      expect(loaded?.definition).toMatchObject({
        kind: 'broken',
        diagnostics: [
          {
            file: nodes('SSJ1/definition'),
            message: expect.stringMatching(/is a symbolic link to .*gone, which does not exist/),
          },
        ],
      })
    })
  })

  describe('state', () => {
    it('tells nodes that are unknown, empty and configured', async () => {
      const made = await store()
      await mkdir(nodes('EMPTY'))
      for (const file of ['definition', 'startup-config']) {
        await mkdir(nodes(file))
        await writeFile(nodes(file, file), '')
      }
      await symlink('definition', nodes('LINK'))
      expect(await made.state(id('UNKNOWN'))).toBe('absent')
      expect(await made.state(id('EMPTY'))).toBe('empty')
      for (const node of ['definition', 'startup-config', 'LINK']) {
        expect(await made.state(id(node))).toBe('configured')
      }
    })
  })

  describe('load', () => {
    it('reads what create wrote', async () => {
      const made = await store()
      await made.create(id('SSJ1'), NODE)
      const loaded = await made.load(id('SSJ1'))
      expect(loaded?.report).toEqual({ kind: 'loaded', value: REPORT, diagnostics: [] })
      expect(loaded?.definition).toMatchObject({
        kind: 'loaded',
        value: { actions: [{ action: 'add_config' }] },
      })
      expect(loaded?.pattern.kind).toBe('loaded')
      expect(loaded?.attributes.kind).toBe('absent')
      expect(loaded?.hasStartupConfig).toBe(false)
    })

    it('sees what an operator changes', async () => {
      const made = await store()
      await made.create(id('SSJ1'), NODE)
      await made.load(id('SSJ1'))
      await writeFile(nodes('SSJ1/attributes'), 'a: 1\n')
      await writeFile(nodes('SSJ1/definition'), 'actions: [{action: other}]\n')
      await made.saveStartupConfig(id('SSJ1'), bytes('hostname a\n'))
      const loaded = await made.load(id('SSJ1'))
      expect(loaded?.attributes).toMatchObject({ value: new Map([['a', 1]]) })
      expect(loaded?.definition).toMatchObject({ value: { actions: [{ action: 'other' }] } })
      expect(loaded?.hasStartupConfig).toBe(true)
    })

    it('gives the node of a link its own copy of nothing', async () => {
      const made = await store()
      await made.create(id('OLD'), NODE)
      await symlink('OLD', nodes('NEW'))
      expect((await made.load(id('NEW')))?.report.kind).toBe('loaded')
    })

    const broken: readonly (readonly [
      string,
      'report' | 'pattern' | 'definition' | 'attributes',
      Uint8Array,
      object,
    ])[] = [
      ['.node', 'report', bytes('{'), {}],
      ['.node', 'report', bytes('[]'), {}],
      ['pattern', 'pattern', bytes("name: x\n'a' b: c\n"), { line: 2 }],
      ['definition', 'definition', bytes("actions:\n- 'a' b\n"), { line: 2 }],
      ['definition', 'definition', Buffer.from([0x61, 0x0a, 0x62, 0xff]), { line: 2, column: 2 }],
      ['attributes', 'attributes', bytes('- a\n'), { line: 1, column: 1 }],
    ]
    it.each(broken)('says where a %s is broken', async (file, key, content, place) => {
      const made = await store()
      await made.create(id('SSJ1'), NODE)
      await writeFile(nodes('SSJ1', file), content)
      const loaded = (await made.load(id('SSJ1')))?.[key]
      expect(loaded).toMatchObject({ kind: 'broken' })
      const [first] = loaded?.kind === 'broken' ? loaded.diagnostics : []
      expect(first).toMatchObject({ file: nodes('SSJ1', file), ...place })
    })

    it('knows no node without a folder', async () => {
      expect(await (await store()).load(id('SSJ1'))).toBeUndefined()
    })
  })

  it('saveReport replaces .node', async () => {
    const made = await store()
    await made.create(id('SSJ1'), NODE)
    await made.saveReport(id('SSJ1'), { ...REPORT, version: '4.21', neighbors: new Map() })
    const loaded = await made.load(id('SSJ1'))
    expect(loaded?.report).toMatchObject({ value: { version: '4.21', neighbors: new Map() } })
    expect((await readdir(nodes('SSJ1'))).sort()).toHaveLength(4)
  })

  it('saveReport says so when the folder went meanwhile', async () => {
    const made = await store()
    expect(await made.saveReport(id('SSJ1'), REPORT)).toBe('unknown')
    expect(await readdir(nodes())).toEqual([])
  })

  describe('saveStartupConfig', () => {
    const save = (made: NodeStore, text: string) => made.saveStartupConfig(id('SSJ1'), bytes(text))
    const versionsFolder = () => join(folder(), '.ztps/versions/SSJ1')

    async function kept(): Promise<readonly string[]> {
      const versions = await listVersions(versionsFolder())
      return Promise.all(
        versions.map((each) => readFile(join(versionsFolder(), each.name), 'utf8')),
      )
    }

    it('stores bytes as they are, for nodes that have a folder', async () => {
      const made = await store()
      expect(await save(made, 'x')).toBe('unknown')
      await mkdir(nodes('SSJ1'))
      const body = Buffer.from([0, 255, 13, 10])
      expect(await made.saveStartupConfig(id('SSJ1'), body)).toBe('created')
      expect(await made.startupConfig(id('SSJ1'))).toEqual(body)
      expect(await save(made, 'x')).toBe('replaced')
      expect(await made.startupConfig(id('OTHER'))).toBeUndefined()
    })

    it('keeps what was replaced, not the same twice, and lets the oldest go', async () => {
      const made = await store(3)
      await mkdir(nodes('SSJ1'))
      for (const text of ['a', 'b', 'b', 'c']) await save(made, text)
      expect(await kept()).toEqual(['a', 'b'])
      for (const text of ['d', 'e']) await save(made, text)
      expect(await kept()).toEqual(['b', 'c', 'd'])
      expect((await readdir(versionsFolder()))[0]).toMatch(/^\d{8}T\d{6}\.\d{3}Z-[0-9a-f]{64}$/)
    })

    it('keeps an edit made by hand', async () => {
      const made = await store()
      await mkdir(nodes('SSJ1'))
      await save(made, 'a')
      await writeFile(nodes('SSJ1/startup-config'), 'edited')
      await save(made, 'b')
      expect(await kept()).toEqual(['edited'])
    })

    it('keeps nothing with keep = 0', async () => {
      const made = await store(0)
      await mkdir(nodes('SSJ1'))
      for (const text of ['a', 'b']) await save(made, text)
      expect(await kept()).toEqual([])
    })

    it('writes through a link and keeps the mode', async () => {
      const made = await store()
      await mkdir(nodes('SSJ1'))
      await writeFile(join(folder(), 'golden'), 'old')
      await chmod(join(folder(), 'golden'), 0o604)
      await symlink('../../golden', nodes('SSJ1/startup-config'))
      await save(made, 'new')
      expect(await readFile(join(folder(), 'golden'), 'utf8')).toBe('new')
      expect((await stat(join(folder(), 'golden'))).mode & 0o777).toBe(0o604)
    })

    it('finds the node gone when whoever had the lock took it away', async () => {
      const made = await store()
      await mkdir(nodes('SSJ1'))
      const locks = locksHere()
      const { passed, open } = gate()
      const saved = locks.hold(await startupConfigLock(nodes('SSJ1')), 1_000, async () => {
        const saving = save(made, 'x')
        await Promise.race([saving, setTimeout(50)])
        await rename(nodes('SSJ1'), nodes('OTHER'))
        open()
        return { saving }
      })
      await passed
      expect(await (await saved).saving).toBe('unknown')
      expect(await readdir(nodes('OTHER'))).toEqual([])
    })

    it('loses no content of simultaneous calls', async () => {
      const made = await store(100)
      await mkdir(nodes('SSJ1'))
      const texts = Array.from({ length: 20 }, (_, i) => `text ${i}`)
      const outcomes = await Promise.all(texts.map((text) => save(made, text)))
      expect(outcomes.filter((each) => each === 'created')).toHaveLength(1)
      const last = await readFile(nodes('SSJ1/startup-config'), 'utf8')
      expect([...(await kept()), last].sort()).toEqual([...texts].sort())
    })
  })
})
