import { execFileSync } from 'node:child_process'
import { chmod, mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { prepareDataRoot } from './data-root.ts'
import { removeLeftovers } from './leftovers.ts'
import { clockAhead, realClock } from './testing/clock.ts'
import { builtModule, isRoot, scratchFolder } from './testing/scratch.ts'

describe('prepareDataRoot', () => {
  const folder = scratchFolder()

  it('makes what is ours to make, and nothing else', async () => {
    const found = await prepareDataRoot(folder())
    expect((await readdir(folder())).sort()).toEqual(['.ztps', 'nodes', 'resources'])
    expect((await stat(found.nodes)).mode & 0o777).toBe(0o770 & ~process.umask())
    expect(await prepareDataRoot(folder())).toEqual(found)
  })

  it('takes a state folder elsewhere, and links', async () => {
    await mkdir(join(folder(), 'data'))
    await mkdir(join(folder(), 'real-nodes'))
    await symlink('../real-nodes', join(folder(), 'data/nodes'))
    await prepareDataRoot(join(folder(), 'data'), join(folder(), 'a/b/state'))
    expect((await readdir(join(folder(), 'data'))).sort()).toEqual(['nodes', 'resources'])
    expect(await readdir(join(folder(), 'a/b'))).toEqual(['state'])
  })

  const wrong: readonly (readonly [string, (path: string) => Promise<unknown>, RegExp])[] = [
    ['is not there', async () => {}, /data does not exist; `ztps init` makes/],
    ['is a file', (path) => writeFile(path, ''), /data is not a folder/],
    ['is a circle of links', (path) => symlink('data', path), /links lead in a circle/],
    [
      'has a file where nodes should be',
      async (path) => {
        await mkdir(path)
        await writeFile(join(path, 'nodes'), '')
      },
      /data\/nodes is not a folder/,
    ],
    [
      'has a link to nowhere as resources',
      async (path) => {
        await mkdir(path)
        await symlink('gone', join(path, 'resources'))
      },
      /data\/resources is a symbolic link to gone, which does not exist/,
    ],
  ]
  it.each(wrong)('refuses a data directory that %s', async (_name, prepare, message) => {
    const path = join(folder(), 'data')
    await prepare(path)
    await expect(prepareDataRoot(path)).rejects.toMatchObject({
      code: 'ZTP_BAD_DATA_ROOT',
      message: expect.stringMatching(message),
    })
  })

  const denied: readonly (readonly [string, number, number, string])[] = [
    ['not readable', 0o711, 0o777, 'no read permission on the folder F'],
    ['not searchable', 0o744, 0o777, 'no search (x) permission on the folder F'],
    ['with nodes not writable', 0o755, 0o755, 'no write permission on the folder F/nodes'],
    [
      'with nodes closed',
      0o755,
      0o700,
      'no read and write and search (x) permission on the folder F/nodes',
    ],
  ]
  it.runIf(isRoot).each(denied)(
    'says what is missing of one %s',
    async (_n, mode, nodes, words) => {
      const path = join(folder(), 'data')
      await mkdir(join(path, 'nodes'), { recursive: true })
      await chmod(folder(), 0o755)
      await chmod(join(path, 'nodes'), nodes)
      await chmod(path, mode)
      const script = `
      import { prepareDataRoot } from ${JSON.stringify(builtModule('data-root'))}
      process.setgid(65534); process.setuid(65534)
      await prepareDataRoot(${JSON.stringify(path)}).catch((e) => console.log(e.code, e.message))`
      const out = execFileSync(process.execPath, ['--input-type=module', '-e', script])
      expect(out.toString()).toContain('ZTP_BAD_DATA_ROOT')
      expect(out.toString()).toContain(words.replace('F', path))
    },
  )
})

describe('removeLeftovers', () => {
  const folder = scratchFolder()

  it('removes what dead processes left, once it is old', async () => {
    const data = await prepareDataRoot(folder())
    const leftovers = [
      join(data.state, 'new/NODE.123-abc'),
      join(data.nodes, '.ztps-new/NODE.123-abc'),
      join(data.nodes, 'NODE/.startup-config.123-abc.ztps-tmp'),
      join(data.state, 'versions/NODE/.x.123-abc.ztps-tmp'),
      join(data.state, 'archive/NODE/.x.123-abc.ztps-tmp'),
      join(data.resources, '.pool.123-abc.ztps-tmp'),
    ]
    for (const path of leftovers) await mkdir(path, { recursive: true })
    await writeFile(join(data.nodes, 'NODE/startup-config'), 'x')
    expect(await removeLeftovers(data, realClock)).toEqual([])
    expect([...(await removeLeftovers(data, clockAhead(3_700_000)))].sort()).toEqual(
      leftovers.sort(),
    )
    expect(await readdir(join(data.nodes, 'NODE'))).toEqual(['startup-config'])
  })
})
