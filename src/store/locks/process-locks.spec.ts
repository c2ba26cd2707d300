import { once } from 'node:events'
import { chown, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { outputOf, startChild } from '../testing/child.ts'
import { gate } from '../testing/gate.ts'
import { openLocks } from '../testing/locks.ts'
import { builtModule, isRoot, scratchFolder } from '../testing/scratch.ts'

const PATIENCE = 20_000

/** Adds one to a number in a file, with a pause between reading and writing, so many times. */
const COUNTER = `
  import { readFile, writeFile } from 'node:fs/promises'
  import { createProcessLocks } from ${JSON.stringify(builtModule('locks/process-locks'))}
  const [folder, times] = process.argv.slice(1)
  const locks = createProcessLocks(folder + '/locks')
  await Promise.all(Array.from({ length: Number(times) }, () =>
    locks.hold('counter', ${PATIENCE}, async () => {
      const value = Number(await readFile(folder + '/value', 'utf8'))
      await new Promise((resolve) => setTimeout(resolve, 2))
      await writeFile(folder + '/value', String(value + 1))
    })))`

const HOLDER = `
  import { createProcessLocks } from ${JSON.stringify(builtModule('locks/process-locks'))}
  const locks = createProcessLocks(process.argv[1] + '/locks')
  await locks.hold('name', ${PATIENCE}, async () => {
    console.log('held')
    await new Promise((resolve) => setTimeout(resolve, 60_000))
  })`

describe('process locks', () => {
  const folder = scratchFolder()
  const locks = openLocks(() => join(folder(), 'locks'))

  it.runIf(isRoot)(
    'belong to whoever has the folder, or a server could not have them',
    async () => {
      await chown(folder(), 4321, 4242)
      await locks().hold('name', PATIENCE, async () => {})
      for (const path of ['locks', 'locks/name']) {
        expect(await stat(join(folder(), path))).toMatchObject({ uid: 4321, gid: 4242 })
      }
    },
  )

  it('let one in at a time, of several processes and many calls', async () => {
    await writeFile(join(folder(), 'value'), '0')
    const children = [1, 2, 3].map(() => outputOf(startChild(COUNTER, folder(), '20')))
    await Promise.all(children)
    expect(await readFile(join(folder(), 'value'), 'utf8')).toBe('60')
  })

  it('do not outlive a process that is killed', async () => {
    const child = startChild(HOLDER, folder())
    if (child.stdout) await once(child.stdout, 'data')
    await expect(locks().hold('name', 50, async () => 'mine')).rejects.toMatchObject({
      code: 'ZTP_STORE_FAILED',
      message: `cannot lock ${join(folder(), 'locks/name')}: another process holds it for 50 ms`,
    })
    child.kill('SIGKILL')
    await once(child, 'close')
    expect(await locks().hold('name', PATIENCE, async () => 'mine')).toBe('mine')
  })

  it('are free after work that failed', async () => {
    const mine = locks()
    const failing = mine.hold('name', PATIENCE, () => Promise.reject(new Error('broken')))
    await expect(failing).rejects.toThrow('broken')
    expect(await mine.hold('name', PATIENCE, async () => 'fine')).toBe('fine')
  })

  it('of different names have nothing to do with each other', async () => {
    const mine = locks()
    const held = gate()
    const first = mine.hold('one', PATIENCE, () => held.passed)
    expect(await mine.hold('two', PATIENCE, async () => 'fine')).toBe('fine')
    held.open()
    await first
  })

  it('survive a lock file that someone removed', async () => {
    const mine = locks()
    await mine.hold('name', PATIENCE, async () => {})
    await rm(join(folder(), 'locks'), { recursive: true })
    expect(await mine.hold('name', PATIENCE, async () => 'fine')).toBe('fine')
  })
})
