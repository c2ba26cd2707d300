import { execFileSync } from 'node:child_process'
import { truncateSync } from 'node:fs'
import { mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Clock } from '../../kernel/clock.ts'
import type { NodeFolder } from '../../provision/ports.ts'
import { createDiskReader, type DiskReader } from '../reader/disk-reader.ts'
import type { FolderContent, FolderQuestion } from '../reader/messages.ts'
import { clockAhead, realClock } from '../testing/clock.ts'
import { scratchFolder } from '../testing/scratch.ts'
import { createNodeFiles } from './node-files.ts'
import { FILES, type NodePaths } from './node-paths.ts'

const DAY_MS = 86_400_000

describe('the files of nodes', () => {
  const nodes = scratchFolder()
  const open: DiskReader[] = []
  const readerWith = (clock: Clock) => {
    const reader = createDiskReader({ clock })
    open.push(reader)
    return reader
  }
  /** To the one no file is older than a clock tick, to the other none younger. */
  const now = readerWith(realClock)
  const tomorrow = readerWith(clockAhead(DAY_MS))
  afterAll(() => Promise.all(open.map((each) => each.close())))

  function pathsOf(name: string): NodePaths {
    const folder = join(nodes(), name)
    const of = (file: string) => join(folder, file)
    return {
      folder,
      report: of(FILES.report),
      pattern: of(FILES.pattern),
      definition: of(FILES.definition),
      attributes: of(FILES.attributes),
      startupConfig: of(FILES.startupConfig),
      configHandler: of(FILES.configHandler),
    }
  }

  async function make(name: string, attributes = 'a: 1\n'): Promise<NodePaths> {
    const paths = pathsOf(name)
    await mkdir(paths.folder)
    await writeFile(paths.attributes, attributes)
    return paths
  }

  /** The files, and what was asked of the disk for them. */
  function watched(reader: DiskReader, bounds?: { maxEntries: number; maxBytes: number }) {
    const asked: { question: FolderQuestion; content: FolderContent | undefined }[] = []
    const watching = {
      async content(question: FolderQuestion) {
        const content = await reader.content(question)
        asked.push({ question, content })
        return content
      },
    }
    const identifier = 'serialnumber' as const
    const files = createNodeFiles({
      reader: watching,
      identifier,
      ...(bounds === undefined ? {} : { bounds }),
    })
    return { files, asked }
  }

  const attributesOf = (folder: NodeFolder | undefined) =>
    folder?.attributes.kind === 'loaded' ? Object.fromEntries(folder.attributes.value) : folder

  it('are read once while they stay as they are', async () => {
    const { files, asked } = watched(tomorrow)
    const paths = await make('N1')
    const first = await files.load(paths)
    const second = await files.load(paths)
    expect(asked[1]?.content?.files).toEqual({ attributes: 'same' })
    expect(second?.attributes).toBe(first?.attributes)
  })

  it('are read again when they had just been written', async () => {
    const { files, asked } = watched(now)
    const paths = await make('N1')
    await files.load(paths)
    await writeFile(paths.attributes, 'a: 2\n')
    expect(attributesOf(await files.load(paths))).toEqual({ a: 2 })
    expect(asked.map(({ question }) => question.known)).toEqual([{}, {}])
  })

  const edits: readonly (readonly [string, (paths: NodePaths) => Promise<unknown>, unknown])[] = [
    ['other text of the same length', ({ attributes }) => writeFile(attributes, 'a: 2\n'), 2],
    [
      'another file in its place, with the same length and times',
      async ({ attributes }) => {
        await writeFile(`${attributes}.new`, 'a: 2\n')
        await utimes(`${attributes}.new`, 1, 1)
        await rename(`${attributes}.new`, attributes)
      },
      2,
    ],
    [
      'a change whose modification time was set back',
      async ({ attributes }) => {
        await writeFile(attributes, 'a: 2\n')
        await utimes(attributes, 1, 1)
      },
      2,
    ],
    [
      'another target of a link in its place',
      async ({ attributes, folder }) => {
        await writeFile(join(folder, 'elsewhere'), 'a: 2\n')
        await rm(attributes)
        await symlink('elsewhere', attributes)
      },
      2,
    ],
  ]
  it.each(edits)('show %s', async (_name, edit, expected) => {
    const { files } = watched(tomorrow)
    const paths = await make('N1')
    await utimes(paths.attributes, 1, 1)
    expect(attributesOf(await files.load(paths))).toEqual({ a: 1 })
    // Stamps are as fine as the kernel's clock tick: wait for the next.
    await new Promise((resolve) => setTimeout(resolve, 30))
    await edit(paths)
    expect(attributesOf(await files.load(paths))).toEqual({ a: expected })
  })

  it('show that one went, and that the folder went', async () => {
    const { files } = watched(tomorrow)
    const paths = await make('N1')
    await files.load(paths)
    await rm(paths.attributes)
    expect((await files.load(paths))?.attributes).toEqual({ kind: 'absent' })
    await rm(paths.folder, { recursive: true })
    expect(await files.load(paths)).toBeUndefined()
    await make('N1', 'a: 3\n')
    expect(attributesOf(await files.load(paths))).toEqual({ a: 3 })
  })

  it('are one with those of the folder that a link leads to', async () => {
    const { files } = watched(tomorrow)
    await make('OLD')
    await symlink('OLD', pathsOf('NEW').folder)
    expect(attributesOf(await files.load(pathsOf('NEW')))).toEqual({ a: 1 })
  })

  const unreadable: readonly (readonly [string, (path: string) => unknown, RegExp])[] = [
    ['a folder', (path) => mkdir(path), /it is a folder where a file should be/],
    ['a pipe that nobody writes to', (path) => execFileSync('mkfifo', [path]), /no regular file/],
    ['a link to a device', (path) => symlink('/dev/zero', path), /no regular file/],
    ['a link to nothing', (path) => symlink('gone', path), /link to gone, which does not exist/],
    ['a circle of links', (path) => symlink(FILES.definition, path), /links lead in a circle/],
    [
      'a file of a gigabyte',
      async (path) => {
        await writeFile(path, '')
        truncateSync(path, 1024 ** 3)
      },
      /larger than 33554432 bytes/,
    ],
  ]
  it.each(unreadable)('say why %s is no definition', async (_name, put, message) => {
    const { files } = watched(tomorrow)
    const paths = await make('N1')
    await put(paths.definition)
    const loaded = await files.load(paths)
    expect(loaded?.definition).toMatchObject({
      kind: 'broken',
      diagnostics: [{ file: paths.definition, message: expect.stringMatching(message) }],
    })
    expect(attributesOf(loaded)).toEqual({ a: 1 })
  })

  it('fail for a startup-config whose links lead in a circle', async () => {
    const { files } = watched(tomorrow)
    const paths = await make('N1')
    await symlink(FILES.startupConfig, paths.startupConfig)
    await expect(files.load(paths)).rejects.toMatchObject({
      code: 'ZTP_STORE_FAILED',
      message: `cannot read ${paths.startupConfig}: symbolic links lead in a circle`,
    })
  })

  it('come whole or not at all while folders appear and go', async () => {
    const { files } = watched(now)
    const paths = pathsOf('N1')
    let over = false
    const coming = (async () => {
      for (let round = 0; round < 200; round += 1) {
        const built = await make(`built-${round}`, `a: ${round}\n`)
        await rename(built.folder, paths.folder)
        await rename(paths.folder, pathsOf(`gone-${round}`).folder)
      }
      over = true
    })()
    const kinds = new Set<string | undefined>()
    while (!over) {
      const loaded = await Promise.all(Array.from({ length: 8 }, () => files.load(paths)))
      for (const each of loaded) kinds.add(each?.attributes.kind)
    }
    await coming
    // A file may vanish between the listing and the reading; it is never half of one.
    expect([...kinds].filter((kind) => kind === 'broken')).toEqual([])
  })

  it('of 10,000 nodes are remembered as far as the bounds go', { timeout: 120_000 }, async () => {
    const { files, asked } = watched(tomorrow, { maxEntries: 100, maxBytes: 1_000_000 })
    const paths = Array.from({ length: 10_000 }, (_, at) => pathsOf(`N${at}`))
    for (const { folder } of paths) await mkdir(folder)
    await Promise.all(paths.map(({ attributes }, at) => writeFile(attributes, `a: ${at}\n`)))
    await Promise.all(paths.map((each) => files.load(each)))
    asked.length = 0
    for (const each of [...paths.slice(-100), ...paths.slice(0, 100)]) await files.load(each)
    const known = asked.filter(({ question }) => question.known.attributes !== undefined)
    expect(known).toHaveLength(100)
  })

  it('are forgotten by the size of their text too', async () => {
    const { files, asked } = watched(tomorrow, { maxEntries: 100, maxBytes: 1_000 })
    const large = `a: ${'x'.repeat(600)}\n`
    const both = [await make('N1', large), await make('N2', large)]
    for (const each of [...both, ...both]) await files.load(each)
    expect(asked.filter(({ question }) => question.known.attributes !== undefined)).toEqual([])
  })
})
