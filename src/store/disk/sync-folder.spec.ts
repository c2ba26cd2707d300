import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scratchFolder } from '../testing/scratch.ts'
import { syncFolder } from './sync-folder.ts'

describe('syncFolder', () => {
  const folder = scratchFolder()

  it('lets those who come during a sync share the next one', async () => {
    const first = syncFolder(folder())
    const second = syncFolder(folder())
    expect(second).not.toBe(first)
    expect(syncFolder(folder())).toBe(second)
    await first
    const third = syncFolder(folder())
    expect([first, second]).not.toContain(third)
    await Promise.all([second, third])
    expect([first, second, third]).not.toContain(syncFolder(folder()))
  })

  it('tells everyone who shares it that it failed', async () => {
    const gone = join(folder(), 'gone')
    const all = await Promise.allSettled([1, 2, 3].map(() => syncFolder(gone)))
    expect(all.map((each) => each.status)).toEqual(['rejected', 'rejected', 'rejected'])
  })
})
