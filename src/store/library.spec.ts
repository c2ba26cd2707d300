import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Loaded } from '../kernel/diagnostic.ts'
import type { Neighbordb } from '../topology/neighbordb.ts'
import { createLibrary, type DiskLibrary } from './library.ts'
import { realClock } from './testing/clock.ts'
import { scratchFolder } from './testing/scratch.ts'

describe('the library', () => {
  const folder = scratchFolder()
  const open: DiskLibrary[] = []
  afterEach(async () => {
    for (const library of open.splice(0)) await library.close()
  })

  function library(): DiskLibrary {
    const made = createLibrary({
      dataRoot: folder(),
      neighbordb: 'neighbordb',
      bootstrap: 'bootstrap',
      identifier: 'serialnumber',
      clock: realClock,
    })
    open.push(made)
    return made
  }

  async function write(path: string, content: string | Uint8Array): Promise<void> {
    await mkdir(join(folder(), path, '..'), { recursive: true })
    await writeFile(join(folder(), path), content)
  }

  describe('definition', () => {
    it('reads a definition, in a sub-folder too, with its bytes', async () => {
      const text = 'actions:\n- action: add_config # comment\n'
      await write('definitions/pod1/leaf', text)
      for (const path of ['pod1/leaf', '/pod1/leaf']) {
        const found = await library().definition(path)
        expect(found).toMatchObject({
          kind: 'loaded',
          value: { definition: { actions: [{ action: 'add_config' }] } },
        })
        expect(found.kind === 'loaded' && Buffer.from(found.value.bytes).toString()).toBe(text)
      }
    })

    it('is absent, or broken with the place', async () => {
      await write('definitions/bad', "actions:\n- 'a' b\n")
      expect(await library().definition('gone')).toEqual({ kind: 'absent' })
      expect(await library().definition('bad')).toMatchObject({
        kind: 'broken',
        diagnostics: [{ file: join(folder(), 'definitions/bad'), line: 2 }],
      })
    })

    it.each(['../neighbordb', 'a/../../neighbordb', '//etc/passwd', ''])(
      'does not leave its folder: %j',
      async (path) => {
        await write('neighbordb', 'actions: []')
        expect(await library().definition(path)).toMatchObject({
          kind: 'broken',
          diagnostics: [{ message: 'the path leads out of definitions/' }],
        })
      },
    )
  })

  describe('configHandler', () => {
    it('gives the bytes of a program, and nothing outside its folder', async () => {
      await write('config-handlers/alarm', '#!/bin/sh\n')
      await write('secret', 'x')
      const bytes = await library().configHandler('alarm')
      expect(Buffer.from(bytes ?? []).toString()).toBe('#!/bin/sh\n')
      expect(await library().configHandler('gone')).toBeUndefined()
      expect(await library().configHandler('../secret')).toBeUndefined()
    })

    it('says why one cannot be read', async () => {
      await mkdir(join(folder(), 'config-handlers/alarm'), { recursive: true })
      await expect(library().configHandler('alarm')).rejects.toThrow(/alarm: it is a folder/)
    })
  })

  describe('bootstrap', () => {
    it('is handed over byte for byte, and the same object while it does not change', async () => {
      const script = Buffer.from([0x23, 0xff, 0xfe, 0x0a])
      await write('bootstrap/bootstrap', script)
      const made = library()
      expect(await made.bootstrap()).toMatchObject({ kind: 'loaded', value: script })
      await new Promise((resolve) => setTimeout(resolve, 100))
      const first = await made.bootstrap()
      const second = await made.bootstrap()
      expect(first.kind === 'loaded' && second.kind === 'loaded').toBe(true)
      if (first.kind === 'loaded' && second.kind === 'loaded') {
        expect(second.value).toBe(first.value)
      }
      await write('bootstrap/bootstrap', 'other')
      expect(await made.bootstrap()).toMatchObject({ value: Buffer.from('other') })
    })

    it('conf is text, or says where it is not UTF-8', async () => {
      const made = library()
      expect(await made.bootstrapConf()).toEqual({ kind: 'absent' })
      await write('bootstrap/bootstrap.conf', 'logging: []\n')
      expect(await made.bootstrapConf()).toMatchObject({ kind: 'loaded', value: 'logging: []\n' })
      await write('bootstrap/bootstrap.conf', Buffer.from('logging: []\nx: \xff\n', 'latin1'))
      expect(await made.bootstrapConf()).toMatchObject({
        kind: 'broken',
        diagnostics: [{ file: made.bootstrapConfPath, line: 2, column: 4 }],
      })
    })
  })

  describe('neighbordb', () => {
    /** So many patterns, each of them for one node. */
    function patterns(count: number, definition = 'leaf'): string {
      const each = (i: number) =>
        `- {name: p${i}, definition: ${definition}, node: NODE${i}, interfaces: [{any: 'any:any'}]}`
      return `patterns:\n${Array.from({ length: count }, (_, i) => each(i)).join('\n')}\n`
    }

    function loaded(found: Loaded<Neighbordb>): Neighbordb {
      if (found.kind !== 'loaded') throw new Error(`neighbordb is ${found.kind}`)
      return found.value
    }

    it('is absent without a file, and without patterns in an empty one', async () => {
      const made = library()
      expect(await made.neighbordb()).toEqual({ kind: 'absent' })
      await write('neighbordb', '')
      expect(await made.neighbordb()).toMatchObject({ kind: 'loaded', diagnostics: [] })
    })

    it.each([
      ['read where the request is', 3],
      ['read in a worker thread', 5_000],
    ])('compiles patterns: %s', async (_name, count) => {
      await write('neighbordb', patterns(count))
      expect(loaded(await library().neighbordb()).entries).toHaveLength(count)
    })

    it.each([
      ['small', 2],
      ['large', 5_000],
    ])('has the diagnostics of broken patterns, in a %s file', async (_name, count) => {
      await write('neighbordb', `${patterns(count)}- {name: bad, model: x}\n`)
      const found = await library().neighbordb()
      expect(found).toMatchObject({
        kind: 'loaded',
        diagnostics: [{ file: join(folder(), 'neighbordb'), line: count + 2, pattern: 'bad' }],
      })
    })

    it.each([
      ['small', 2],
      ['large', 5_000],
    ])('is broken when a %s file is not YAML', async (_name, count) => {
      await write('neighbordb', `${patterns(count)}- 'a' b\n`)
      expect(await library().neighbordb()).toMatchObject({
        kind: 'broken',
        diagnostics: [{ line: count + 2 }],
      })
    })

    it('is parsed once for all who ask at the same time, and anew when it changes', async () => {
      await write('neighbordb', patterns(5_000))
      const made = library()
      const first = await Promise.all(Array.from({ length: 20 }, () => made.neighbordb()))
      expect(new Set(first.map(loaded)).size).toBe(1)
      await write('neighbordb', patterns(5_001))
      expect(loaded(await made.neighbordb()).entries).toHaveLength(5_001)
      await rm(join(folder(), 'neighbordb'))
      expect(await made.neighbordb()).toEqual({ kind: 'absent' })
    })
  })
})
