import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parseNodeId } from '../../node/identity.ts'
import { statOf } from '../disk/calls.ts'
import { stampText } from '../disk/stamp.ts'
import { hasFolder, stateOf } from '../nodes/folder-state.ts'
import { nodePaths } from '../nodes/node-paths.ts'
import { realClock } from '../testing/clock.ts'
import { scratchFolder } from '../testing/scratch.ts'
import { createDiskReader } from './disk-reader.ts'

describe('the disk reader', () => {
  const folder = scratchFolder()
  const path = (name: string) => join(folder(), name)
  const reader = createDiskReader({ clock: realClock })
  afterAll(() => reader.close())

  /** What comes of a promise, as plain data. */
  async function outcomeOf(promise: Promise<unknown>): Promise<unknown> {
    try {
      return { value: await promise }
    } catch (thrown) {
      if (!(thrown instanceof Error)) throw thrown
      return { message: thrown.message, code: 'code' in thrown ? thrown.code : undefined }
    }
  }

  describe('stamp', () => {
    it('is what stat says, of a file and of what a link leads to', async () => {
      await writeFile(path('file'), 'one')
      await symlink('file', path('link'))
      const expected = stampText(await statOf(path('file')))
      expect(await reader.stamp(path('file'))).toBe(expected)
      expect(await reader.stamp(path('link'))).toBe(expected)
    })

    it('is another one after a change, and none after a removal', async () => {
      await writeFile(path('file'), 'one')
      const before = await reader.stamp(path('file'))
      await writeFile(path('file'), 'longer')
      expect(await reader.stamp(path('file'))).not.toBe(before)
      await rm(path('file'))
      expect(await reader.stamp(path('file'))).toBeUndefined()
      expect(await reader.stamp(path('file/below'))).toBeUndefined()
    })

    it('fails as the system does', async () => {
      await symlink('circle', path('circle'))
      await expect(reader.stamp(path('circle'))).rejects.toMatchObject({ code: 'ELOOP' })
    })

    it('answers many of the same and of others, each its own', async () => {
      const names = Array.from({ length: 150 }, (_, at) => path(`f${at % 7}`))
      for (const name of new Set(names)) await writeFile(name, name)
      const expected = await Promise.all(names.map(async (name) => stampText(await statOf(name))))
      expect(await Promise.all(names.map((name) => reader.stamp(name)))).toEqual(expected)
    })
  })

  /** Each makes `SSJ1` what its name says. */
  const places: readonly (readonly [string, (place: string) => Promise<unknown>])[] = [
    ['nothing', async () => {}],
    ['an empty folder', (place) => mkdir(place)],
    ['a file', (place) => writeFile(place, '')],
    ['a link to nothing', (place) => symlink('gone', place)],
    ['a circle of links', (place) => symlink('SSJ1', place)],
    ...(['definition', 'startup-config'] as const).map(
      (name) =>
        [
          `a folder with a ${name}`,
          async (place: string) => {
            await mkdir(place)
            await writeFile(join(place, name), '')
          },
        ] as const,
    ),
    [
      'a link to a folder with a definition',
      async (place) => {
        await mkdir(`${place}-old`)
        await writeFile(`${place}-old/definition`, '')
        await symlink('SSJ1-old', place)
      },
    ],
    [
      'a folder with a definition that is a circle of links',
      async (place) => {
        await mkdir(place)
        await symlink('definition', join(place, 'definition'))
      },
    ],
    [
      'a folder with a definition that is a link to nothing',
      async (place) => {
        await mkdir(place)
        await symlink('gone', join(place, 'definition'))
      },
    ],
  ]
  it.each(places)('says of %s what the calls one by one say', async (_name, make) => {
    const id = parseNodeId('SSJ1')
    if (id === undefined) throw new Error('SSJ1 is a node id')
    const paths = nodePaths(folder(), id)
    await make(paths.folder)
    expect(await outcomeOf(reader.hasFolder(paths.folder))).toEqual(
      await outcomeOf(hasFolder(paths.folder)),
    )
    expect(await outcomeOf(reader.state(paths.folder))).toEqual(await outcomeOf(stateOf(paths)))
  })

  it('answers what it was asked before it closes', async () => {
    const closing = createDiskReader({ clock: realClock })
    await writeFile(path('file'), 'one')
    const asked = Array.from({ length: 100 }, () => closing.stamp(path('file')))
    await closing.close()
    expect(new Set(await Promise.all(asked)).size).toBe(1)
    await expect(closing.stamp(path('file'))).rejects.toThrow('the server is stopping')
  })
})
