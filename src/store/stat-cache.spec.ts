import { rename, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readStamped } from './disk/read-stamped.ts'
import { isRacy, type Stamp } from './disk/stamp.ts'
import { createDiskReader } from './reader/disk-reader.ts'
import { createStatCache, type Look, type StatCacheOptions } from './stat-cache.ts'
import { realClock } from './testing/clock.ts'
import { gate } from './testing/gate.ts'
import { scratchFolder } from './testing/scratch.ts'

/** A day ahead: no file of the test is younger than a clock tick. */
const tomorrow = { now: () => Date.now() + 86_400_000 }

const reader = createDiskReader({ clock: realClock })
afterAll(() => reader.close())

const looks: readonly (readonly [string, Look | undefined])[] = [
  ['a call of stat for each', undefined],
  ['the disk reader', reader.stamp],
]

function countingCache(options: Partial<StatCacheOptions<string>> = {}) {
  const loads: string[] = []
  const cache = createStatCache<string>({
    load: async (path) => {
      loads.push(path)
      const { bytes, stamp } = await readStamped(path)
      return { value: bytes.toString(), stamp, bytes: bytes.length }
    },
    clock: tomorrow,
    maxEntries: 10,
    maxBytes: 1000,
    ...options,
  })
  return { cache, loads }
}

describe.each(looks)('a stat cache that looks by %s', (_name, look) => {
  const folder = scratchFolder()
  const file = (name = 'f') => join(folder(), name)

  it('loads a file once while nothing changes', async () => {
    const { cache, loads } = countingCache({ look })
    await writeFile(file(), 'one')
    for (let i = 0; i < 3; i += 1) expect(await cache.get(file())).toBe('one')
    expect(loads).toHaveLength(1)
  })

  const changes: readonly (readonly [
    string,
    (path: string) => Promise<void>,
    string | undefined,
  ])[] = [
    ['other text of the same length', (path) => writeFile(path, 'two'), 'two'],
    ['a removal', (path) => rm(path), undefined],
    [
      'another file of the same length and time in its place',
      async (path) => {
        await writeFile(`${path}.new`, 'two')
        await utimes(path, 1, 1)
        await utimes(`${path}.new`, 1, 1)
        await rename(`${path}.new`, path)
      },
      'two',
    ],
    [
      'a change whose modification time was set back',
      async (path) => {
        await writeFile(path, 'two')
        await utimes(path, 1, 1)
      },
      'two',
    ],
  ]
  it.each(changes)('sees %s', async (_name, change, expected) => {
    const { cache } = countingCache({ look })
    await writeFile(file(), 'one')
    await utimes(file(), 1, 1)
    expect(await cache.get(file())).toBe('one')
    // Stamps are as fine as the kernel's clock tick: wait for the next.
    await new Promise((resolve) => setTimeout(resolve, 30))
    await change(file())
    expect(await cache.get(file())).toBe(expected)
  })

  it('sees a file appear', async () => {
    const { cache } = countingCache({ look })
    expect(await cache.get(file())).toBeUndefined()
    await writeFile(file(), 'one')
    expect(await cache.get(file())).toBe('one')
  })

  it('reads a file again that had just been written when it was read', async () => {
    const written = Date.now()
    const { cache, loads } = countingCache({ look, clock: { now: () => written } })
    await writeFile(file(), 'one')
    await cache.get(file())
    await cache.get(file())
    expect(loads.length).toBe(2)
  })

  it('shares one load among concurrent calls', async () => {
    const { cache, loads } = countingCache({ look })
    await writeFile(file(), 'one')
    const values = await Promise.all(Array.from({ length: 50 }, () => cache.get(file())))
    expect(new Set(values)).toEqual(new Set(['one']))
    expect(loads).toHaveLength(1)
  })

  it('gives a call that came after a change what is there after the change', async () => {
    const slow = gate()
    let loads = 0
    const { cache } = countingCache({
      look,
      load: async (path) => {
        const { bytes, stamp } = await readStamped(path)
        loads += 1
        if (loads === 1) await slow.passed
        return { value: bytes.toString(), stamp, bytes: 1 }
      },
    })
    await writeFile(file(), 'old')
    const before = cache.get(file())
    await expect.poll(() => loads, { timeout: 15_000 }).toBe(1)
    await writeFile(file(), 'newer')
    const after = cache.get(file())
    slow.open()
    expect(await before).toBe('old')
    expect(await after).toBe('newer')
  })

  it('keeps nothing of a load that failed', async () => {
    let broken = true
    const { cache } = countingCache({
      look,
      load: async (path) => {
        if (broken) throw new Error('not now')
        return { value: 'fine', stamp: (await readStamped(path)).stamp, bytes: 1 }
      },
    })
    await writeFile(file(), 'x')
    await expect(cache.get(file())).rejects.toThrow('not now')
    broken = false
    expect(await cache.get(file())).toBe('fine')
  })

  const bounds: readonly (readonly [string, { maxEntries?: number; maxBytes?: number }])[] = [
    ['by count', { maxEntries: 2 }],
    ['by bytes', { maxBytes: 6 }],
  ]
  it.each(bounds)('lets the least recently used go, %s', async (_name, bound) => {
    const { cache, loads } = countingCache({ look, ...bound })
    for (const name of ['a', 'b', 'c']) await writeFile(file(name), 'one')
    for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) await cache.get(file(name))
    expect(loads.map((path) => path.slice(-1)).join('')).toBe('abcb')
  })

  it('does not keep a value over its bound, nor lose others to it', async () => {
    const { cache, loads } = countingCache({ look, maxBytes: 6 })
    await writeFile(file('small'), 'one')
    await writeFile(file('large'), 'much too large')
    for (const name of ['small', 'large', 'large', 'small']) await cache.get(file(name))
    expect(loads.map((path) => path.replace(/.*\//, ''))).toEqual(['small', 'large', 'large'])
  })
})

describe('isRacy', () => {
  const cases: readonly (readonly [string, bigint, number, boolean])[] = [
    ['changed this very moment', 5_000_123_456n, 5_000, true],
    ['changed a tick ago', 5_000_123_456n, 5_010, true],
    ['changed a second ago', 5_000_123_456n, 6_000, false],
    ['whole seconds, a second ago', 5_000_000_000n, 6_000, true],
    ['whole seconds, three seconds ago', 5_000_000_000n, 8_000, false],
    ['the clock of the file server is a little ahead', 9_000_123_456n, 5_000, true],
    ['changed in another century', 9_000_000_000_000_000_001n, 5_000, false],
  ]
  it.each(cases)('%s', (_name, ctimeNs, now, racy) => {
    const stamp: Stamp = { dev: 1n, ino: 1n, size: 1n, mtimeNs: 1n, ctimeNs }
    expect(isRacy(stamp, now)).toBe(racy)
  })
})
