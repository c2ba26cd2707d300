import { createHash } from 'node:crypto'
import { chmod, mkdir, rename, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createHashes } from './hashes.ts'
import { outputOf, startChild } from './testing/child.ts'
import { builtModule, isRoot, scratchFolder } from './testing/scratch.ts'

function hex(algorithm: string, bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest('hex')
}

describe('hashes', () => {
  const folder = scratchFolder()
  const hashes = createHashes({ clock: { now: () => Date.now() } })
  afterAll(() => hashes.close())

  const sizes: readonly (readonly [string, number])[] = [
    ['an empty file', 0],
    ['a small file', 5000],
    ['the largest file hashed in place', 64 * 1024],
    ['a file for the worker', 64 * 1024 + 1],
    ['a file of several chunks', 3 * 1024 * 1024 + 17],
  ]
  it.each(sizes)('gives size, SHA-1 and SHA-256 of %s', async (_name, size) => {
    const bytes = Buffer.alloc(size, 'abc')
    await writeFile(join(folder(), 'f'), bytes)
    const expected = { size, sha1: hex('sha1', bytes), sha256: hex('sha256', bytes) }
    expect(await hashes.of(join(folder(), 'f'))).toEqual(expected)
    expect(await hashes.of(join(folder(), 'f'))).toEqual(expected)
  })

  it('follows the file: replaced, changed, gone', async () => {
    const path = join(folder(), 'f')
    const sha1 = async () => (await hashes.of(path))?.sha1
    await writeFile(path, 'one')
    expect(await sha1()).toBe(hex('sha1', Buffer.from('one')))
    await writeFile(path, 'two')
    expect(await sha1()).toBe(hex('sha1', Buffer.from('two')))
    await writeFile(`${path}.new`, 'three')
    await rename(`${path}.new`, path)
    expect(await sha1()).toBe(hex('sha1', Buffer.from('three')))
    await rename(path, `${path}.old`)
    expect(await sha1()).toBeUndefined()
  })

  it('answers for a small file while large ones are being hashed', async () => {
    const done: string[] = []
    for (const name of ['large1', 'large2', 'large3']) {
      await writeFile(join(folder(), name), '')
      await truncate(join(folder(), name), 128 * 1024 * 1024)
    }
    await writeFile(join(folder(), 'small'), 'x')
    const all = ['large1', 'large2', 'large3', 'small'].map(async (name) => {
      await hashes.of(join(folder(), name))
      done.push(name)
    })
    await Promise.all(all)
    expect(done[0]).toBe('small')
  })

  it('says which file cannot be read, and why', async () => {
    await mkdir(join(folder(), 'folder'))
    await expect(hashes.of(join(folder(), 'folder'))).rejects.toMatchObject({
      code: 'ZTP_STORE_FAILED',
      message: `cannot read ${join(folder(), 'folder')}: it is a folder where a file should be`,
    })
    await symlink('circle', join(folder(), 'circle'))
    await expect(hashes.of(join(folder(), 'circle'))).rejects.toThrow(/links lead in a circle/)
  })

  it.runIf(isRoot)('names a missing permission', async () => {
    await writeFile(join(folder(), 'f'), Buffer.alloc(100_000), { mode: 0o600 })
    await chmod(folder(), 0o755)
    const script = `
      import { createHashes } from ${JSON.stringify(builtModule('hashes'))}
      process.setgid(65534); process.setuid(65534)
      const hashes = createHashes({ clock: { now: () => Date.now() } })
      await hashes.of(process.argv[1]).catch((e) => console.log(e.code, e.message))
      await hashes.close()`
    const path = join(folder(), 'f')
    expect(await outputOf(startChild(script, path))).toContain(
      `ZTP_STORE_FAILED cannot read ${path}: permission denied; the server's user needs read permission on it`,
    )
  })
})
