import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parseNodeId } from '../../node/identity.ts'
import type { NodeAdmin } from '../../provision/nodes/ports.ts'
import { createProcessLocks } from '../locks/process-locks.ts'
import { createDiskReader } from '../reader/disk-reader.ts'
import { realClock } from '../testing/clock.ts'
import { openLocks } from '../testing/locks.ts'
import { isRoot, scratchFolder } from '../testing/scratch.ts'
import { createNodeAdmin } from './node-admin.ts'
import { createNodeStore } from './node-store.ts'

function id(text: string) {
  const parsed = parseNodeId(text)
  if (parsed === undefined) throw new Error(`${text} is no node id`)
  return parsed
}

const [OLD, NEW] = [id('OLD'), id('NEW')]
const bytes = (text: string) => Buffer.from(text)

describe('the node admin', () => {
  const folder = scratchFolder()
  const nodes = (...path: string[]) => join(folder(), 'nodes', ...path)
  const reader = createDiskReader({ clock: realClock })
  afterAll(() => reader.close())
  const locksHere = openLocks(() => join(folder(), '.ztps/locks'))
  const options = () => ({
    nodesFolder: nodes(),
    definitionsFolder: join(folder(), 'definitions'),
    stateFolder: join(folder(), '.ztps'),
    identifier: 'serialnumber' as const,
    keepVersions: 20,
    reader,
    locks: locksHere(),
    clock: realClock,
  })

  async function write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(nodes(path)), { recursive: true })
      await writeFile(nodes(path), text)
    }
  }

  describe('ids', () => {
    it('are the folders that a node may have', async () => {
      await write({ 'SN10/x': '', 'SN9/x': '', '.hidden/x': '', 'a b/x': '', README: '' })
      await symlink('SN9', nodes('LINK'))
      await symlink('README', nodes('FILE'))
      await symlink('nowhere', nodes('GONE'))
      expect(await createNodeAdmin(options()).ids()).toEqual(['GONE', 'LINK', 'SN9', 'SN10'])
    })

    it('are none without nodes/', async () => {
      expect(await createNodeAdmin(options()).ids()).toEqual([])
    })
  })

  describe('look', () => {
    const origins: readonly (readonly [string, (path: string) => Promise<void>, object])[] = [
      ['a copy', (path) => writeFile(path, 'a: 1\n'), { kind: 'copy', name: 'pod/a' }],
      ['one of equals', (path) => writeFile(path, 'b: 1\n'), { kind: 'copy', name: 'b' }],
      ['its own', (path) => writeFile(path, 'c: 1\n'), { kind: 'own', name: null }],
      [
        'a link',
        (path) => symlink('../../definitions/pod/a', path),
        { kind: 'link', name: 'pod/a' },
      ],
      ['a dangling link', (path) => symlink('/x/y', path), { kind: 'link', name: '/x/y' }],
    ]
    it.each(origins)('tells where the definition is from: %s', async (_name, make, origin) => {
      await write({
        '../definitions/pod/a': 'a: 1\n',
        '../definitions/z/b': 'b: 1\n',
        '../definitions/b': 'b: 1\n',
        'SN1/.definition.1-a.ztps-tmp': '',
      })
      await make(nodes('SN1/definition'))
      const place = await createNodeAdmin(options()).look(id('SN1'))
      expect(place?.definition).toEqual(origin)
      expect(place?.files.map((each) => each.name)).toEqual(['definition'])
    })

    it('tells which node a link leads to', async () => {
      await write({ 'SN1/pattern': '12345', '../elsewhere/x': '' })
      await symlink('../nodes/SN1', nodes('LINK'))
      await symlink('../elsewhere', nodes('OUT'))
      const admin = createNodeAdmin(options())
      expect(await admin.look(id('LINK'))).toMatchObject({
        link: '../nodes/SN1',
        leadsTo: 'SN1',
        files: [{ name: 'pattern', bytes: 5 }],
      })
      expect(await admin.look(id('OUT'))).toEqual({
        folder: nodes('OUT'),
        link: '../elsewhere',
        files: [expect.objectContaining({ name: 'x' })],
      })
      expect(await admin.look(id('SN2'))).toBeUndefined()
    })
  })

  describe('the archive', () => {
    it('has a folder for each time, of one millisecond too', async () => {
      await write({ 'SN1/pattern': 'x' })
      const admin = createNodeAdmin({ ...options(), clock: { now: () => 1e12 } })
      const folders = await Promise.all(
        ['reset', 'removed'].map((kind) =>
          admin.archive(id('SN1'), { kind: kind === 'reset' ? 'reset' : 'removed' }),
        ),
      )
      expect(new Set(folders).size).toBe(2)
      expect((await readdir(join(folder(), '.ztps/archive/SN1'))).sort()).toEqual([
        '20010909T014640.000Z',
        '20010909T014640.001Z',
      ])
    })

    it('remembers why, of the newest', async () => {
      await write({ 'SN1/pattern': 'x' })
      const admin = createNodeAdmin(options())
      expect(await admin.archived(id('SN1'))).toBeUndefined()
      await admin.archive(id('SN1'), { kind: 'reset' })
      const folder = await admin.archive(id('SN1'), { kind: 'replaced', by: NEW })
      expect(await admin.archived(id('SN1'))).toMatchObject({
        folder,
        reason: { kind: 'replaced', by: 'NEW' },
      })
    })

    it('takes a folder without a record for what it is: nothing', async () => {
      await write({ '../.ztps/archive/SN1/20010909T014640.000Z/.archived': 'garbage' })
      expect(await createNodeAdmin(options()).archived(id('SN1'))).toBeUndefined()
    })
  })

  describe.runIf(isRoot)('where the state is on another device', () => {
    async function onSmallDevice(work: (admin: NodeAdmin) => Promise<void>): Promise<void> {
      const state = join(folder(), '.ztps')
      await mkdir(state)
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'none', state])
      const locks = createProcessLocks(join(state, 'locks'))
      try {
        await work(createNodeAdmin({ ...options(), locks }))
      } finally {
        // Its files are on the device.
        await locks.close()
        execFileSync('umount', [state])
      }
    }

    it('archives there all the same', async () => {
      await write({ 'SN1/definition': 'x' })
      await onSmallDevice(async (admin) => {
        const place = await admin.retire(id('SN1'), { kind: 'reset' }, { versions: false })
        expect(await readFile(join(String(place), 'definition'), 'utf8')).toBe('x')
        expect(await readdir(nodes())).toEqual(['.ztps-new'])
        expect(await readdir(nodes('.ztps-new'))).toEqual([])
      })
    })

    it('leaves the node as it was when the device is full', async () => {
      await write({ 'SN1/definition': 'x'.repeat(400_000), 'SN1/pattern': 'y' })
      await onSmallDevice(async (admin) => {
        await expect(
          admin.retire(id('SN1'), { kind: 'reset' }, { versions: false }),
        ).rejects.toMatchObject({
          code: 'ZTP_STORE_FAILED',
          message: expect.stringMatching(/archive\/SN1: no space left on the device$/),
        })
        expect(await readdir(nodes('SN1'))).toEqual(['definition', 'pattern'])
        expect(await readdir(join(folder(), '.ztps/archive/SN1'))).toEqual([])
      })
    })
  })

  describe('beside a server', () => {
    it('of many POSTs of the heir and one hand-over, exactly one gives the folder', {
      timeout: 120_000,
    }, async () => {
      for (let round = 0; round < 30; round += 1) {
        const [from, to] = [id(`OLD${round}`), id(`NEW${round}`)]
        await write({ [`${from}/definition`]: 'old', [`${from}/pattern`]: 'old' })
        const server = createNodeStore(options())
        const admin = createNodeAdmin(options())
        const [handed, posted] = await Promise.all([
          admin.handOver(from, to, { overwrite: false }),
          server.create(to, { definition: bytes('post'), pattern: 'post' }),
        ])
        const text = await readFile(nodes(to, 'definition'), 'utf8')
        expect([handed, posted, text]).toEqual(
          handed === 'done' ? ['done', 'exists', 'old'] : ['occupied', 'created', 'post'],
        )
        expect(await readFile(nodes(to, 'pattern'), 'utf8')).toBe(text)
        const left = (await readdir(nodes())).includes(from)
        expect(left).toBe(handed === 'occupied')
      }
    })

    it('loses no startup-config that was answered while the node is taken away', async () => {
      for (let round = 0; round < 20; round += 1) {
        const node = id(`SN${round}`)
        await write({ [`${node}/definition`]: 'x' })
        const server = createNodeStore(options())
        const admin = createNodeAdmin(options())
        const saving = server.saveStartupConfig(node, bytes('hostname a\n'))
        const retired = await admin.retire(node, { kind: 'removed' }, { versions: true })
        const kept = await readFile(join(String(retired), 'startup-config'), 'utf8').catch(() => '')
        expect([await saving, kept]).toEqual(
          kept === '' ? ['unknown', ''] : ['created', 'hostname a\n'],
        )
        expect(await readdir(nodes())).not.toContain(node)
      }
      // Each round starts threads of its own, which takes a busy machine long.
    }, 120_000)

    it('lets a hand-over wait for a startup-config, which then goes along', async () => {
      await write({ 'OLD/definition': 'x' })
      const server = createNodeStore(options())
      const admin = createNodeAdmin(options())
      const [saved, handed] = await Promise.all([
        server.saveStartupConfig(OLD, bytes('hostname a\n')),
        admin.handOver(OLD, NEW, { overwrite: false }),
      ])
      expect(handed).toBe('done')
      const text = await readFile(nodes('NEW/startup-config'), 'utf8').catch(() => '')
      expect([saved, text]).toEqual(text === '' ? ['unknown', ''] : ['created', 'hostname a\n'])
    })
  })
})
