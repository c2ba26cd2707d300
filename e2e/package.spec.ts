import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bringNode } from './support/registry-node.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** Who has nothing on this machine. */
const NOBODY = 65_534
const MAJORS = ['20', '22', '24'] as const
/** The first that is enough, and the last that Debian 12 and Ubuntu 24.04 have, which is not. */
const [FIRST, TOO_OLD] = ['20.0.0', '18'] as const

const run = promisify(execFile)

let folder: string
let tarball: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ztps-package-'))
  await chmod(folder, 0o755)
  // Without scripts, since others use what is built right now.
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {
    cwd: ROOT,
  })
  tarball = join(folder, stdout.trim())
  await Promise.all(MAJORS.map((major) => new Installed(major).install(major)))
}, 300_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

it('the tarball has what is run, shown and deployed, and nothing else', async () => {
  const { stdout } = await run('tar', ['-tzf', tarball])
  const files = stdout.split('\n').map((name) => name.replace(/^package\//, ''))
  expect(files).toEqual(
    expect.arrayContaining([
      'bin/ztps',
      'client/bootstrap',
      'deploy/docker/Dockerfile',
      'deploy/systemd/ztpserver.service',
      'client/actions/install_image',
      'client/tests/veos/switch.py',
      'docs/reference/cli.md',
      'examples/data-root/neighbordb',
      'man/ztps.1',
    ]),
  )
  const folders = new Set(
    files.filter((name) => name.includes('/')).map((name) => name.split('/')[0]),
  )
  const { files: shipped } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
  const expected = shipped.filter((name: string) => !/^!|\./.test(name))
  expect([...folders].sort()).toEqual(
    [...new Set(expected.map((name: string) => name.split('/')[0]))].sort(),
  )
  expect(files.filter((name) => name.endsWith('.d.ts'))).toEqual(['dist/index.d.ts'])
  expect(files.filter((name) => /\.spec\.|\.pyc$|testing\//.test(name))).toEqual([])
})

/** A Node of the registry, and the package installed by it where nothing was. */
class Installed {
  private readonly prefix: string
  private readonly environment: Readonly<Record<string, string>>

  constructor(major: string) {
    this.prefix = join(folder, `prefix-${major}`)
    const node = join(folder, `node-${major}/node_modules/node/bin`)
    const programs = [this.path('bin'), node]
    this.environment = {
      PATH: `${programs.join(':')}:${process.env.PATH}`,
      MANPATH: this.path('share/man'),
      MANWIDTH: '80',
      LC_ALL: 'C.UTF-8',
    }
  }

  async install(major: string): Promise<void> {
    await bringNode(major, join(folder, `node-${major}`))
    const words = ['--no-audit', '--engine-strict', '--global', '--prefix', this.prefix, tarball]
    // In the environment of whoever installs: he may have a proxy, and authorities of his own.
    const env = { ...process.env, ...this.environment }
    await run('npm', ['install', ...words], { cwd: folder, env })
  }

  /** Runs a program of the prefix, or of the machine, as somebody who may write nowhere near it. */
  async run(program: string, ...args: readonly string[]): Promise<string> {
    const options = { cwd: '/', env: this.environment, uid: NOBODY, gid: NOBODY }
    const { stdout, stderr } = await run(program, args, options)
    expect(stderr).toBe('')
    return stdout
  }

  path(...parts: readonly string[]): string {
    return join(this.prefix, ...parts)
  }
}

describe('with another Node than it was installed by', () => {
  async function versionUnder(release: string) {
    const programs = await bringNode(release, join(folder, `node-${release}`))
    const env = { PATH: `${programs}:${process.env.PATH}` }
    const [installed, node] = [new Installed('20'), join(programs, 'node')]
    return run(installed.path('bin/ztps'), ['--version'], { env }).then(
      ({ stdout }) => ({ status: 0, said: stdout, node }),
      ({ code, stderr }) => ({ status: code, said: stderr, node }),
    )
  }

  it('starts under the first of Node 20', async () => {
    expect(await versionUnder(FIRST)).toMatchObject({
      status: 0,
      said: expect.stringMatching(/^ZTPServer version /),
    })
  })

  it('says under an older one what it needs, and which that one is', async () => {
    const { status, said, node } = await versionUnder(TOO_OLD)
    expect([status, said]).toEqual([
      1,
      expect.stringMatching(/^ztps needs Node\.js 20 or later; (\S+) is v18\.\d+\.\d+\n$/),
    ])
    expect(said).toContain(node)
  })
})

describe.each(MAJORS)('installed in an empty prefix under Node %s', (major) => {
  const installed = () => new Installed(major)

  it('runs under that Node', async () => {
    expect(await installed().run('node', '--version')).toMatch(new RegExp(`^v${major}\\.`))
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
    expect(await installed().run('ztps', '--version')).toBe(`ZTPServer version ${version}\n`)
  })

  it('brought no tool of ours along', async () => {
    const own = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
    const found = await readdir(installed().path('lib/node_modules/ztpserver/node_modules'))
    expect(found).toEqual(
      expect.arrayContaining(Object.keys(own.dependencies).filter((name) => !name.startsWith('@'))),
    )
    for (const name of Object.keys(own.devDependencies)) expect(found).not.toContain(name)
  })

  it('makes a data directory with nothing wrong in it', async () => {
    const site = await mkdtemp(join(tmpdir(), 'ztps-site-'))
    try {
      await chmod(site, 0o777)
      expect(await installed().run('ztps', 'init', join(site, 'ztp'))).toContain('wrote ')
      const conf = join(site, 'ztp/ztpserver.conf')
      const report = await installed().run('ztps', '-c', conf, 'validate')
      expect(report).toMatch(/\n0 errors, 0 warnings in \d+ files\n$/)
    } finally {
      await rm(site, { recursive: true })
    }
  })

  it('plays the demo, the real script on a virtual switch included', async () => {
    const shown = await installed().run('ztps', 'demo')
    expect(shown).toMatch(/^rack1-leaf runs the real bootstrap script/m)
    expect(shown).toContain('The demo went as it should.')
  })

  it('has a manual page, which man takes without a warning', async () => {
    const page = await installed().run('man', '--warnings=w', '--pager=cat', 'ztps')
    expect(page).toMatch(/^NAME\n +ztps - zero-touch provisioning server/m)
    expect(page).toContain('ztps pools import [options] <POOL> <FILE>')
  })
})
