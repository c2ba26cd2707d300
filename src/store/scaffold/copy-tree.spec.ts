import { chmod, mkdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scratchFolder } from '../testing/scratch.ts'
import { copyTree } from './copy-tree.ts'

describe('copyTree', () => {
  const folder = scratchFolder()
  const from = () => join(folder(), 'from')
  const to = () => join(folder(), 'to/deeper')

  async function source(): Promise<void> {
    await mkdir(join(from(), 'actions'), { recursive: true })
    await mkdir(join(from(), 'empty'))
    await writeFile(join(from(), 'neighbordb'), 'patterns: []\n')
    await writeFile(join(from(), 'actions/run'), '#!/bin/sh\n')
    await chmod(join(from(), 'actions/run'), 0o755)
    await symlink('../neighbordb', join(from(), 'actions/link'))
  }

  it('copies files, folders, links and x-bits, and nothing for others', async () => {
    await source()
    const { copied, kept } = await copyTree(from(), to())
    expect([...copied].sort()).toEqual(['actions/link', 'actions/run', 'neighbordb'])
    expect(kept).toEqual([])
    expect((await stat(join(to(), 'empty'))).isDirectory()).toBe(true)
    expect(await readlink(join(to(), 'actions/link'))).toBe('../neighbordb')
    expect((await stat(join(to(), 'actions/run'))).mode & 0o777).toBe(0o770 & ~process.umask())
    expect((await stat(join(to(), 'neighbordb'))).mode & 0o777).toBe(0o660 & ~process.umask())
  })

  it('overwrites nothing and fills gaps', async () => {
    await source()
    await mkdir(to(), { recursive: true })
    await writeFile(join(to(), 'neighbordb'), 'mine')
    const { copied, kept } = await copyTree(from(), to())
    expect(kept).toEqual(['neighbordb'])
    expect([...copied].sort()).toEqual(['actions/link', 'actions/run'])
    expect(await readFile(join(to(), 'neighbordb'), 'utf8')).toBe('mine')
  })
})
