import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { startChild } from '../testing/child.ts'
import { builtModule, scratchFolder } from '../testing/scratch.ts'
import { createPoolLock } from './pool-lock.ts'

const HOLDER = `
  import { createPoolLock, nap } from ${JSON.stringify(builtModule('pools/pool-lock'))}
  createPoolLock(process.argv[1]).hold(() => {
    console.log('held')
    nap(Number(process.argv[2]))
  })`

describe('the lock of the pools', () => {
  const folder = scratchFolder()
  const path = () => join(folder(), 'pools.lock')
  const now = Date.now
  afterEach(() => {
    Date.now = now
  })

  async function heldFor(milliseconds: number) {
    const child = startChild(HOLDER, path(), String(milliseconds))
    const ended = once(child, 'close')
    if (child.stdout) await once(child.stdout, 'data')
    return { child, ended }
  }

  it.each([
    ['ahead', 1],
    ['back', -1],
  ])('is waited for although somebody sets the clock %s meanwhile', async (_name, direction) => {
    const { ended } = await heldFor(300)
    let hours = 0
    Date.now = () => {
      hours += direction
      return now() + hours * 3_600_000
    }
    const lock = createPoolLock(path())
    expect(lock.hold(() => 'mine')).toBe('mine')
    lock.close()
    await ended
  })

  it('is free as soon as its holder is killed', async () => {
    const { child, ended } = await heldFor(60_000)
    child.kill('SIGKILL')
    await ended
    const lock = createPoolLock(path())
    expect(lock.hold(() => 'mine')).toBe('mine')
    lock.close()
  })
})
