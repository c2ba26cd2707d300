import { execFileSync } from 'node:child_process'
import { chmod, chown, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { replaceFile } from './atomic-write.ts'
import { builtModule, isRoot, scratchFolder } from './testing/scratch.ts'

const old = Buffer.from('old')
const fresh = Buffer.from('new content')

describe('replaceFile', () => {
  const folder = scratchFolder()

  it('makes a file that others may not read, with the group of its folder', async () => {
    const home = join(folder(), 'home')
    await mkdir(home)
    if (isRoot) await chown(home, 0, 4242)
    expect(await replaceFile(join(home, 'f'), fresh)).toBe('created')
    const made = await stat(join(home, 'f'))
    expect(made.mode & 0o777).toBe(0o660 & ~process.umask())
    expect(made.gid).toBe((await stat(home)).gid)
    expect(await readFile(join(home, 'f'))).toEqual(fresh)
  })

  it('keeps the mode of what it replaces, a narrow or a wide one', async () => {
    for (const mode of [0o400, 0o604, 0o777]) {
      const path = join(folder(), `f${mode}`)
      await writeFile(path, old)
      await chmod(path, mode)
      expect(await replaceFile(path, fresh)).toBe('replaced')
      expect((await stat(path)).mode & 0o777).toBe(mode)
    }
  })

  it.runIf(isRoot)('keeps owner and group', async () => {
    const path = join(folder(), 'f')
    await writeFile(path, old)
    await chown(path, 4321, 4242)
    await replaceFile(path, fresh)
    expect(await stat(path)).toMatchObject({ uid: 4321, gid: 4242 })
  })

  it('writes through a chain of links, and leaves them links', async () => {
    const elsewhere = join(folder(), 'elsewhere')
    await mkdir(elsewhere)
    await writeFile(join(elsewhere, 'real'), old)
    await symlink('elsewhere/middle', join(folder(), 'link'))
    await symlink('real', join(elsewhere, 'middle'))
    await replaceFile(join(folder(), 'link'), fresh)
    expect(await readFile(join(elsewhere, 'real'))).toEqual(fresh)
    expect(
      (await readdir(folder(), { withFileTypes: true }))
        .find((each) => each.name === 'link')
        ?.isSymbolicLink(),
    ).toBe(true)
  })

  it('makes what a dangling link points to', async () => {
    await symlink('later', join(folder(), 'link'))
    expect(await replaceFile(join(folder(), 'link'), fresh)).toBe('created')
    expect(await readFile(join(folder(), 'later'))).toEqual(fresh)
  })

  const refusals: readonly (readonly [string, (path: string) => Promise<unknown>, RegExp])[] = [
    ['a circle of links', (path) => symlink('f', path), /f: its symbolic links lead in a circle/],
    ['a folder', (path) => mkdir(path), /f is not a regular file/],
    ['a device', (path) => symlink('/dev/null', path), /\/dev\/null is not a regular file/],
    ['a missing folder', async () => {}, /cannot write .*gone\/f: no such file or folder/],
  ]
  it.each(refusals)('refuses %s and leaves no temporary', async (name, prepare, message) => {
    const path = join(folder(), name === 'a missing folder' ? 'gone/f' : 'f')
    await prepare(path)
    const before = await readdir(folder())
    await expect(replaceFile(path, fresh)).rejects.toMatchObject({
      code: 'ZTP_STORE_FAILED',
      message: expect.stringMatching(message),
    })
    expect(await readdir(folder())).toEqual(before)
  })

  it.runIf(isRoot)('leaves the old file whole when the disk is full', async () => {
    const disk = join(folder(), 'disk')
    await mkdir(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', disk])
    try {
      await writeFile(join(disk, 'f'), old)
      await expect(replaceFile(join(disk, 'f'), Buffer.alloc(100_000))).rejects.toThrow(
        /cannot write .*\/disk\/f: no space left on the device/,
      )
      expect(await readdir(disk)).toEqual(['f'])
      expect(await readFile(join(disk, 'f'))).toEqual(old)
    } finally {
      execFileSync('umount', [disk])
    }
  })

  it.runIf(isRoot)('names the permission that is missing', async () => {
    await chmod(folder(), 0o755)
    const script = `
      import { replaceFile } from ${JSON.stringify(builtModule('atomic-write'))}
      process.setgid(65534); process.setuid(65534)
      await replaceFile(${JSON.stringify(join(folder(), 'f'))}, Buffer.from('x')).catch((e) => console.log(e.code, e.message))`
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    })
    expect(out).toContain(`ZTP_STORE_FAILED cannot write ${join(folder(), 'f')}: permission denied`)
    expect(out).toContain(`needs write and search permission on the folder ${folder()}`)
  })
})
