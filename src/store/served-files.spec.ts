import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FilePart, ServedFile } from '../provision/served-file.ts'
import { bufferBytes, createServedFiles, type ServedFiles } from './served-files.ts'

let root: string
let files: ServedFiles

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'served-files-'))
  // Far ahead, so that no file counts as changed a moment ago.
  files = createServedFiles({ dataRoot: root, clock: { now: () => Date.now() + 10_000 } })
})

afterEach(() => rm(root, { recursive: true }))

async function put(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), content)
}

describe('find', () => {
  it('finds regular files, through links of the operator', async () => {
    await put('elsewhere/image.swi', 'x')
    await mkdir(join(root, 'files'))
    await symlink('../elsewhere', join(root, 'files/images'))
    expect(await files.find('files', 'images/image.swi')).toEqual({
      root: join(root, 'files'),
      path: 'images/image.swi',
      content: Buffer.from('x'),
    })
  })

  it('finds nothing else', async () => {
    await put('files/folder/file', 'x')
    await put('neighbordb', 'x')
    await symlink('circle', join(root, 'files/circle'))
    execFileSync('mkfifo', [join(root, 'files/pipe')])
    for (const path of [
      'gone',
      'folder',
      'folder/file/',
      '../neighbordb',
      'folder/file/x',
      'circle',
      'pipe',
    ]) {
      expect([path, await files.find('files', path)]).toEqual([path, undefined])
    }
  })

  it('keeps a small content until it changes, and none of a large file', async () => {
    await put('files/small', 'one')
    const first = await files.find('files', 'small')
    expect((await files.find('files', 'small'))?.content).toBe(first?.content)
    await put('files/small', 'two')
    expect((await files.find('files', 'small'))?.content?.toString()).toBe('two')
    await put('files/large', Buffer.alloc(70_000))
    expect(await files.find('files', 'large')).toEqual({
      root: join(root, 'files'),
      path: 'large',
    })
  })
})

describe('write', () => {
  const content = Buffer.from(Array.from({ length: 1_500_000 }, (_, at) => (at * 7) % 251))

  async function part(start: number, length: number): Promise<FilePart> {
    const { size, mtimeMs, ino } = await stat(join(root, 'files/image'))
    return { start, length, expected: { size, mtimeMs, ino } }
  }

  async function found() {
    const file = await files.find('files', 'image')
    if (file === undefined) throw new Error('the image is not found')
    return file
  }

  async function write(file: ServedFile, of: FilePart, to: Writable): Promise<void> {
    const writer = await files.open(file, of)
    if (writer === undefined) throw new Error('the image was replaced')
    await writer(to)
  }

  beforeEach(() => put('files/image', content))

  it.each([
    [0, 1_500_000],
    [1_499_999, 1],
    [524_288, 524_288],
    [10, 1_000_000],
    [0, 0],
  ])('sends the bytes from %i, %i of them', async (start, length) => {
    const to = new PassThrough()
    const chunks: Buffer[] = []
    to.on('data', (chunk: Buffer) => chunks.push(Buffer.from(chunk)))
    await write(await found(), await part(start, length), to)
    expect(Buffer.concat(chunks).equals(content.subarray(start, start + length))).toBe(true)
  })

  it('waits for a slow reader: no more than two buffers are under way', async () => {
    let most = 0
    let open = 0
    const to = new Writable({
      highWaterMark: 1,
      write(_chunk, _encoding, done) {
        open += 1
        most = Math.max(most, open)
        setImmediate(() => {
          open -= 1
          done()
        })
      },
    })
    await write(await found(), await part(0, 1_500_000), to)
    expect(most).toBe(1)
  })

  it('opens nothing when the file is another one by now', async () => {
    const [file, before] = [await found(), await part(0, 1_500_000)]
    await put('files/image', content.subarray(1))
    expect(await files.open(file, before)).toBeUndefined()
  })

  it('fails when the stream is closed', async () => {
    const to = new PassThrough()
    to.destroy()
    to.on('error', () => {})
    await expect(write(await found(), await part(0, 1_500_000), to)).rejects.toThrow()
  })

  it('fails when the stream drops what is written and closes', async () => {
    const to = new Writable({ write: () => void setImmediate(() => to.destroy()) })
    const writing = write(await found(), await part(0, 1_500_000), to)
    await expect(writing).rejects.toThrow('the connection closed')
  })
})

describe('bufferBytes', () => {
  it('is large for a few transfers, and bounds what a thousand take', () => {
    expect(bufferBytes(50)).toBe(512 * 1024)
    for (const transfers of [200, 500, 1000, 2000]) {
      expect(2 * transfers * bufferBytes(transfers)).toBeLessThanOrEqual(128 * 1024 * 1024)
    }
  })
})
