import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scratchFolder } from '../testing/scratch.ts'
import { createLockFiles } from './lock-files.ts'

describe('lock files', () => {
  const folder = scratchFolder()
  const path = (name = 'name') => join(folder(), 'locks', name)

  it('are held by one, and then by another', async () => {
    const [mine, yours] = [createLockFiles(), createLockFiles()]
    expect(await mine.acquire(path())).toBe(true)
    expect([await mine.acquire(path()), await yours.acquire(path())]).toEqual([false, false])
    mine.release(path())
    expect(await yours.acquire(path())).toBe(true)
    expect(await mine.acquire(path())).toBe(false)
    yours.release(path())
    expect(await mine.acquire(path())).toBe(true)
    mine.release(path())
  })

  it('have each its own lock, as many as there are', async () => {
    const [mine, yours] = [createLockFiles(), createLockFiles()]
    const paths = Array.from({ length: 150 }, (_, at) => path(`lock-${at}`))
    for (const each of paths) expect(await mine.acquire(each)).toBe(true)
    for (const each of paths) mine.release(each)
    for (const each of paths) expect(await yours.acquire(each)).toBe(true)
    for (const each of paths) expect(await mine.acquire(each)).toBe(false)
    for (const each of paths) yours.release(each)
  })

  const removals: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['removed', () => rm(path())],
    ['put elsewhere', () => rename(path(), path('elsewhere'))],
    ['removed with its folder', () => rm(join(folder(), 'locks'), { recursive: true })],
  ]
  it.each(removals)('exclude each other after the file was %s', async (_name, remove) => {
    const [mine, yours] = [createLockFiles(), createLockFiles()]
    // Both have had it.
    for (const each of [mine, yours]) {
      expect(await each.acquire(path())).toBe(true)
      each.release(path())
    }
    await remove()
    expect(await mine.acquire(path())).toBe(true)
    expect(await yours.acquire(path())).toBe(false)
    mine.release(path())
    expect(await yours.acquire(path())).toBe(true)
    yours.release(path())
  })

  it('that cannot be made are an error with the path', async () => {
    await writeFile(join(folder(), 'locks'), 'in the way')
    await expect(createLockFiles().acquire(path())).rejects.toMatchObject({
      code: 'ZTP_STORE_FAILED',
      message: expect.stringContaining(`cannot lock ${path()}: `),
    })
  })
})
