import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fileAfter } from './file-after.ts'

const TIME = Date.UTC(2026, 10, 22)

describe('fileAfter', () => {
  let root: string

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'ztps-file-after-'))
    await mkdir(join(root, 'nodes/SN1'), { recursive: true })
    for (const path of ['neighbordb', 'nodes/SN1/pattern', 'nodes/SN1/definition']) {
      await write(path, TIME)
    }
  })
  afterEach(() => rm(root, { recursive: true, force: true }))

  async function write(path: string, time: number): Promise<void> {
    await writeFile(join(root, path), 'x')
    await utimes(join(root, path), time / 1000, time / 1000)
  }

  it('finds nothing where all is older, or as old', async () => {
    expect(await fileAfter(root, TIME)).toBeUndefined()
  })

  it('finds a file, however deep', async () => {
    await write('nodes/SN1/pattern', TIME + 1000)
    const path = join(root, 'nodes/SN1/pattern')
    expect(await fileAfter(root, TIME)).toEqual({ path, time: TIME + 1000 })
  })

  it('looks near the top first, and at no more than it is to', async () => {
    await mkdir(join(root, 'files/deep/deeper'), { recursive: true })
    await write('files/deep/deeper/image', TIME + 2000)
    await write('nodes/SN1/pattern', TIME + 1000)
    const near = { path: join(root, 'nodes/SN1/pattern'), time: TIME + 1000 }
    const deep = { path: join(root, 'files/deep/deeper/image'), time: TIME + 2000 }
    expect(await fileAfter(root, TIME)).toEqual(near)
    expect(await fileAfter(root, TIME + 1000)).toEqual(deep)
    // neighbordb, files, nodes, files/deep, nodes/SN1, its two files, deeper
    expect(await fileAfter(root, TIME + 1000, 8)).toBeUndefined()
  })

  it('does not follow links, nor fall over what is not there', async () => {
    await symlink('..', join(root, 'nodes/loop'))
    await symlink('nowhere', join(root, 'nodes/lost'))
    expect(await fileAfter(root, TIME)).toBeUndefined()
    expect(await fileAfter(join(root, 'nowhere'), TIME)).toBeUndefined()
  })
})
