import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadReleaseFiles, type ReleaseFiles } from '../release-files.ts'
import { scratchFolder } from '../testing/scratch.ts'
import { applyUpgrade } from './apply-upgrade.ts'
import { CLIENT_FOLDER } from './new-data-root.ts'
import { ourFiles, planUpgrade, sha256Of } from './upgrade-plan.ts'

/** A release that shipped `release's PATH` under each path. */
const oneRelease: ReleaseFiles = {
  releasesOf: (path, sha256) => (sha256 === sha(`release's ${path}`) ? ['v2.0.2'] : []),
}

function sha(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Files that a data directory made for ZTPServer has, and what is in them. */
const BEFORE: Readonly<Record<string, string>> = {
  'bootstrap/bootstrap': "release's bootstrap/bootstrap",
  'bootstrap/bootstrap.conf': 'logging: []',
  neighbordb: 'patterns: []',
  'actions/add_config': "release's actions/add_config",
  'actions/replace_config': "release's actions/replace_config, edited",
  'actions/template': 'ours template',
  'actions/of_the_operator': 'own',
  'plugins/allocate': "release's plugins/allocate",
  'plugins/sqlite': "release's plugins/sqlite, edited",
  'definitions/leaf': 'actions: []',
  'nodes/SSJ1/definition': 'actions: []',
}

const AFTER: Readonly<Record<string, string>> = {
  ...BEFORE,
  'bootstrap/bootstrap': 'ours bootstrap',
  'actions/add_config': 'ours add_config',
  'actions/replace_config.new': 'ours replace_config',
  'actions/install_image': 'ours install_image',
}

describe('an upgrade', () => {
  const folder = scratchFolder()
  const data = () => join(folder(), 'data')
  const backup = () => join(folder(), 'backup')

  async function write(root: string, files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await writeFile(join(root, path), text)
    }
  }

  async function read(root: string): Promise<Record<string, string>> {
    const paths = await readdir(root, { recursive: true })
    const files = paths.filter((path) => statSync(join(root, path)).isFile())
    const texts = files.map(async (path) => [path, await readFile(join(root, path), 'utf8')])
    return Object.fromEntries(await Promise.all(texts))
  }

  async function plan() {
    const names = ['add_config', 'replace_config', 'template', 'install_image']
    await write(join(folder(), 'client'), {
      bootstrap: 'ours bootstrap',
      ...Object.fromEntries(names.map((name) => [`actions/${name}`, `ours ${name}`])),
    })
    return planUpgrade(data(), await ourFiles(join(folder(), 'client')), oneRelease)
  }

  it('is planned without touching anything', async () => {
    await write(data(), BEFORE)
    const { steps, upToDate } = await plan()
    expect(Object.fromEntries(steps.map((step) => [step.path, step.kind]))).toEqual({
      'bootstrap/bootstrap': 'replace',
      'actions/add_config': 'replace',
      'actions/replace_config': 'beside',
      'actions/install_image': 'add',
      'plugins/allocate': 'retire',
    })
    expect(upToDate).toEqual(['actions/template'])
    expect(steps.find((step) => step.kind === 'replace')?.releases).toEqual(['v2.0.2'])
    expect(await read(data())).toEqual(BEFORE)
  })

  it('puts ours in place of what is a release’s, and backs up what it touches', async () => {
    await write(data(), BEFORE)
    await chmod(join(data(), 'actions/add_config'), 0o604)
    expect(await applyUpgrade(await plan(), backup())).toBe(true)
    const { 'plugins/allocate': retired, ...after } = AFTER
    expect(await read(data())).toEqual(after)
    expect((await stat(join(data(), 'actions/add_config'))).mode & 0o777).toBe(0o604)
    expect(await read(backup())).toEqual({
      'bootstrap/bootstrap': BEFORE['bootstrap/bootstrap'],
      'actions/add_config': BEFORE['actions/add_config'],
      'plugins/allocate': retired,
    })
  })

  it('has nothing left to do the second time', async () => {
    await write(data(), BEFORE)
    await applyUpgrade(await plan(), backup())
    expect((await plan()).steps).toEqual([])
  })

  it('touches nothing when a file was changed since the plan', async () => {
    await write(data(), BEFORE)
    const made = await plan()
    await write(data(), { 'actions/add_config': 'edited just now' })
    await expect(applyUpgrade(made, backup())).rejects.toThrow(
      /actions\/add_config was changed meanwhile: nothing was upgraded/,
    )
    expect(await read(data())).toEqual({ ...BEFORE, 'actions/add_config': 'edited just now' })
  })

  it('makes no data directory where there is none', async () => {
    await write(folder(), { file: '' })
    const ours = await ourFiles(join(folder(), 'client'))
    for (const [name, reason] of [
      ['gone', 'does not exist'],
      ['file', 'is not a folder'],
    ] as const) {
      const path = join(folder(), name)
      await expect(planUpgrade(path, ours, oneRelease)).rejects.toMatchObject({
        code: 'ZTP_BAD_DATA_ROOT',
        message: `${path} ${reason}: name the data directory to be brought up to date`,
      })
    }
  })

  it('fills a data directory that has neither bootstrap nor actions nor plugins', async () => {
    await mkdir(data())
    const { steps } = await plan()
    expect(new Set(steps.map((step) => step.kind))).toEqual(new Set(['add']))
    expect(await applyUpgrade(await plan(), backup())).toBe(false)
    expect((await read(data()))['bootstrap/bootstrap']).toBe('ours bootstrap')
    expect(await readdir(folder())).not.toContain('backup')
  })
})

describe('the table of release files', () => {
  it('knows the contents of releases by path and SHA-256', async () => {
    const releases = await loadReleaseFiles()
    const known = 'add8138ccbe45c2a8e29cd2991d6e68bc345b96868329554a4a580b520134b39'
    expect(releases.releasesOf('actions/add_config', known)).toContain('v2.0.2')
    expect(releases.releasesOf('actions/template', known)).toEqual([])
    expect(releases.releasesOf('__proto__', 'constructor')).toEqual([])
  })

  it('knows our files as they are, or later releases would take them for edited ones', async () => {
    const releases = await loadReleaseFiles()
    const ours = [...(await ourFiles(CLIENT_FOLDER))]
    const now = ours.map(async ([path, source]) => [path, (await sha256Of(source)) ?? ''] as const)
    const unknown = (await Promise.all(now)).filter(
      (each) => releases.releasesOf(...each).length === 0,
    )
    expect(unknown, 'npm run reference notes them').toEqual([])
    expect(ours.length).toBeGreaterThan(10)
  })
})
