import { createHash } from 'node:crypto'
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { filesBelow } from '../provision/validate/data-files.ts'
import { diagnosticsOf } from '../provision/validate/report.ts'
import { SETTINGS, SOUND } from '../provision/validate/testing/sound-site.ts'
import { validateDataRoot } from '../provision/validate/validate-data-root.ts'
import { dataFilesIn, kindAt } from './data-files.ts'
import { loadReleaseFiles, type ReleaseFiles } from './release-files.ts'
import { scratchFolder } from './testing/scratch.ts'

const noReleases: ReleaseFiles = { releasesOf: () => [] }

describe('the files of a data directory', () => {
  const folder = scratchFolder()
  const root = () => join(folder(), 'data')
  const files = () => dataFilesIn(root(), noReleases)

  async function write(path: string, content: string | Uint8Array): Promise<void> {
    await mkdir(dirname(join(root(), path)), { recursive: true })
    await writeFile(join(root(), path), content)
  }

  it('lists by name, links followed, hidden entries left out', async () => {
    await write('nodes/b/pattern', '')
    await write('nodes/a', '')
    await write('nodes/.ztps-new/x', '')
    await symlink('b', join(root(), 'nodes/c'))
    expect(await files().list('nodes')).toEqual([
      { name: 'a', kind: 'file' },
      { name: 'b', kind: 'folder' },
      { name: 'c', kind: 'folder' },
    ])
    expect(await files().list('gone')).toEqual([])
  })

  it('lists many in order, and of what is no folder nothing', async () => {
    const names = [...'qwertzuiopasdfghjklyxcvbnm']
    for (const name of names) await write(`nodes/${name}`, '')
    const listed = await files().list('nodes')
    expect(listed.map(({ name }) => name)).toEqual([...names].sort())
    await symlink('circle', join(root(), 'circle'))
    expect(await files().list('nodes/a')).toEqual([])
    expect(await files().list('circle')).toEqual([])
  })

  it('takes what the system refuses to look at for no missing file', async () => {
    expect(await kindAt(`/${'x'.repeat(300)}`)).toBe('absent')
    await expect(kindAt('/a\0b')).rejects.toThrow(/^cannot read \/a/)
    await expect(dataFilesIn('/a\0b', noReleases).list('nodes')).rejects.toThrow(/^cannot read \/a/)
  })

  it('knows what came with a release', async () => {
    await write('actions/add_config', 'ours')
    await write('actions/own', 'theirs')
    const sha256 = createHash('sha256').update('ours').digest('hex')
    const releases: ReleaseFiles = {
      releasesOf: (path, sum) => (path === 'actions/add_config' && sum === sha256 ? ['3.0.0'] : []),
    }
    const { isReleaseFile } = dataFilesIn(root(), releases)
    expect(await isReleaseFile('actions/add_config')).toBe(true)
    expect(await isReleaseFile('actions/own')).toBe(false)
    expect(await isReleaseFile('actions/gone')).toBe(false)
  })

  it.each(['../outside', 'nodes/../../outside', '/etc/passwd', 'nodes//a', ''])(
    'has nothing outside itself: %j',
    async (path) => {
      await write('../outside', 'secret')
      expect(await files().kindOf(path)).toBe('absent')
      expect(await files().read(path)).toEqual({ kind: 'absent' })
      expect(await files().isReleaseFile(path)).toBe(false)
    },
  )

  it('says where a file stops being UTF-8', async () => {
    await write('neighbordb', Buffer.from([0x61, 0x0a, 0x62, 0xff]))
    expect(await files().read('neighbordb')).toMatchObject({
      kind: 'unreadable',
      problem: { code: 'ZTP_NOT_UTF8', line: 2, column: 2 },
    })
  })

  it('reads no file that is larger than any of ours could be', async () => {
    await write('resources/mgmt', '')
    await truncate(join(root(), 'resources/mgmt'), 64 * 1024 * 1024 + 1)
    expect(await files().read('resources/mgmt')).toEqual({
      kind: 'unreadable',
      problem: {
        code: 'ZTP_UNREADABLE_FILE',
        line: 1,
        column: 1,
        message: 'it has 67108865 bytes, and 67108864 are the most',
      },
    })
    expect(await files().read('resources/mgmt/below')).toEqual({ kind: 'absent' })
  })

  it('says of a link that leads nowhere that it does', async () => {
    await mkdir(join(root(), 'nodes/a'), { recursive: true })
    await symlink('../../gone', join(root(), 'nodes/a/definition'))
    expect(await files().list('nodes/a')).toEqual([{ name: 'definition', kind: 'file' }])
    expect(await files().read('nodes/a/definition')).toMatchObject({
      kind: 'unreadable',
      problem: { message: expect.stringMatching(/is a symbolic link to .*gone/) },
    })
  })

  it('says of a folder that it is no file, and of a circle of links that it is nothing', async () => {
    await mkdir(join(root(), 'neighbordb'), { recursive: true })
    expect(await files().read('neighbordb')).toMatchObject({ kind: 'unreadable' })
    await symlink('circle', join(root(), 'circle'))
    expect(await kindAt(join(root(), 'circle'))).toBe('absent')
  })

  it.each([2, 3])('is not lost in %i links that lead in a circle', async (links) => {
    await write('definitions/pod1/leaf', '')
    await write('definitions/pod2/leaf', '')
    for (let at = 0; at < links; at += 1) {
      await symlink('..', join(root(), `definitions/pod1/up${at}`))
      await symlink('pod2', join(root(), `definitions/again${at}`))
    }
    const again = Array.from({ length: links }, (_, at) => `definitions/again${at}/leaf`)
    const expected = [...again, 'definitions/pod1/leaf', 'definitions/pod2/leaf']
    expect(await filesBelow(files(), 'definitions')).toEqual(expected)
    expect(await filesBelow(files(), 'gone')).toEqual([])
  })

  it('validates a directory of 500 nodes and 1,000 patterns', { timeout: 120_000 }, async () => {
    for (const [path, text] of Object.entries(SOUND)) await write(path, text)
    const patterns = Array.from({ length: 1000 }, (_, at) => {
      return `  - {name: p${at}, definition: pod1/leaf, interfaces: [{Ethernet1: s${at}:any}]}\n`
    })
    await write('neighbordb', `patterns:\n${patterns.join('')}`)
    for (let at = 0; at < 500; at += 1) {
      for (const name of ['.node', 'pattern', 'definition', 'attributes']) {
        await write(`nodes/N${at}/${name}`, SOUND[`nodes/SN1/${name}`] ?? '')
      }
    }
    await write('nodes/N77/attributes', 'template: 010\n')
    const report = await validateDataRoot(files(), SETTINGS)
    expect(diagnosticsOf(report)).toMatchObject([
      { code: 'ZTP_YAML_TRAP', file: join(root(), 'nodes/N77/attributes'), line: 1, column: 11 },
    ])
    expect(report.files).toHaveLength(10 + 500 * 5)
  })
})

describe('the example data directory', () => {
  it('has nothing wrong but what `ztps init` adds from client/', async () => {
    const root = new URL('../../examples/data-root', import.meta.url).pathname
    const report = await validateDataRoot(dataFilesIn(root, await loadReleaseFiles()), SETTINGS)
    const found = diagnosticsOf(report).filter(
      ({ code }) => code !== 'ZTP_MISSING_ACTION' && code !== 'ZTP_MISSING_BOOTSTRAP',
    )
    expect(found).toEqual([])
  })
})
