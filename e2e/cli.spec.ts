import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeFiles } from './support/data-root.ts'
import { FABRIC, leafReport } from './support/fabric.ts'
import { runZtps } from './support/server.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ztps-cli-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

/** A data directory with nothing wrong, and its configuration file. */
async function dataRoot(more: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  await writeFiles(join(folder, 'data'), {
    'bootstrap/bootstrap': '#!/usr/bin/env python\nSERVER = "$SERVER"\n',
    'nodes/README.md': '',
    ...FABRIC,
    ...more,
  })
  const file = join(folder, 'ztpserver.conf')
  await writeFile(file, `[default]\ndata_root = ${folder}/data\n`)
  return ['-c', file]
}

const BROKEN = `patterns:
  - name: broken
    definition: leaf
    interfaces:
      - Ethernet1: nothing('x'):any
  - name: lost
    definition: nowhere
    interfaces:
      - any: any
`

describe('ztps', () => {
  it.each([['--version'], ['-v']])('%s', async (flag) => {
    const { status, stdout, stderr } = await runZtps([flag])
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^ZTPServer version \d+\.\d+\.\d+\n$/)
  })

  it('--help names every command', async () => {
    const { status, stdout } = await runZtps(['--help'])
    expect(status).toBe(0)
    for (const command of ['validate', 'match', 'init', 'demo']) expect(stdout).toContain(command)
  })

  it('works from any folder', async () => {
    const { status, stdout } = await runZtps(['--version'], { cwd: folder })
    expect([status, stdout]).toEqual([0, expect.stringContaining('ZTPServer version')])
  })

  it.each([
    [['--nonsense'], /nonsense/],
    [['vlidate'], /vlidate.*validate/s],
    [['match'], /NODE/i],
    [['validate', '--format', 'xml'], /xml.*text.*json/s],
  ])('%j: bad usage exits 2', async (args, message) => {
    const { status, stderr } = await runZtps(args)
    expect([status, stderr]).toEqual([2, expect.stringMatching(message)])
    expect(stderr).not.toMatch(/\n\s+at /)
  })
})

describe('validation', () => {
  it('-V says Ok! for a data directory with nothing wrong', async () => {
    const { status, stdout } = await runZtps([...(await dataRoot()), '-V'])
    expect([status, stdout]).toEqual([0, expect.stringMatching(/Validating .*neighbordb\.\.\./)])
    expect(stdout).toContain('Ok!')
    expect(stdout).not.toContain('ERROR')
  })

  it('-V names what is wrong, and exits 1', async () => {
    const { status, stdout } = await runZtps([...(await dataRoot({ neighbordb: BROKEN })), '-V'])
    expect(status).toBe(1)
    expect(stdout).toMatch(/ERROR: Failed to validate .*neighbordb/)
    expect(stdout).toContain('Invalid Patterns (count: 1/2)')
    expect(stdout).toMatch(/neighbordb:5:\d+: .*nothing/)
    expect(stdout).toContain("- Ethernet1: nothing('x'):any")
  })

  it('--validate FILENAME looks at one neighbordb', async () => {
    await dataRoot({ neighbordb: BROKEN })
    const { status, stdout } = await runZtps(['--validate', join(folder, 'data/neighbordb')])
    expect([status, stdout]).toEqual([1, expect.stringContaining('Invalid Patterns (count: 1/2)')])
  })

  it('validate --format json has codes and places, flags before or after', async () => {
    const conf = await dataRoot({ neighbordb: BROKEN })
    const before = await runZtps([...conf, 'validate', '--format', 'json'])
    const after = await runZtps(['validate', '--format', 'json', ...conf])
    expect(after).toEqual(before)
    expect(before.status).toBe(1)
    const { diagnostics } = JSON.parse(before.stdout)
    expect(diagnostics).toContainEqual(
      expect.objectContaining({
        code: 'ZTP_MISSING_DEFINITION',
        file: expect.stringMatching(/neighbordb$/),
        line: 7,
        pattern: 'lost',
      }),
    )
    for (const each of diagnostics) {
      expect(Object.keys(each)).toEqual(
        expect.arrayContaining(['code', 'severity', 'file', 'line', 'column', 'message']),
      )
    }
  })
})

describe('ztps match', () => {
  const stray = leafReport('STRAY1', { neighbors: { Ethernet1: [{ device: 'x', port: 'y' }] } })

  it('names the pattern and the definition', async () => {
    const conf = await dataRoot()
    await writeFile(join(folder, 'node.json'), JSON.stringify(leafReport('LEAF1')))
    const { status, stdout } = await runZtps([...conf, 'match', join(folder, 'node.json')])
    expect([status, stdout]).toEqual([0, expect.stringMatching(/leaf/)])
    expect(await readdir(join(folder, 'data/nodes'))).toEqual(['README.md'])
  })

  it('--explain says why not, and exits 1; from standard input', async () => {
    const conf = await dataRoot()
    const input = JSON.stringify(stray)
    const { status, stdout } = await runZtps([...conf, 'match', '-', '--explain'], { input })
    expect(status).toBe(1)
    expect(stdout).toContain('Ethernet1: expected device spine1, saw x')
  })

  it('--json is for programs', async () => {
    const conf = await dataRoot()
    const input = JSON.stringify(stray)
    const { status, stdout } = await runZtps([...conf, 'match', '-', '--json', '--explain'], {
      input,
    })
    expect(status).toBe(1)
    expect(JSON.stringify(JSON.parse(stdout))).toContain('expected device spine1, saw x')
  })
})

describe('ztps --clear-resources', () => {
  it('frees every entry and nothing else', async () => {
    const pool = '# kept\na: N1 # and this\nb: null\nc: "N2"\n'
    const conf = await dataRoot({ 'resources/mgmt': pool })
    const { status, stdout } = await runZtps([...conf, '-r'])
    expect([status, stdout]).toEqual([0, expect.stringMatching(/Freed 2 entries of 1 pool/)])
    expect(await readFile(join(folder, 'data/resources/mgmt'), 'utf8')).toBe(
      '# kept\na: null # and this\nb: null\nc: null\n',
    )
  })

  it('frees nothing while a pool is broken', async () => {
    const conf = await dataRoot({ 'resources/bad': '- a\n', 'resources/mgmt': 'a: N1\n' })
    const { status } = await runZtps([...conf, '--clear-resources'])
    expect(status).toBe(1)
    expect(await readFile(join(folder, 'data/resources/mgmt'), 'utf8')).toBe('a: N1\n')
  })
})

describe('ztps init', () => {
  it('makes a data directory that validates without a finding', async () => {
    const target = join(folder, 'new')
    const made = await runZtps(['init', target])
    expect([made.status, made.stdout]).toEqual([0, expect.stringContaining('ztpserver.conf')])
    const report = await runZtps([
      '-c',
      join(target, 'ztpserver.conf'),
      'validate',
      '--format',
      'json',
    ])
    expect([report.status, JSON.parse(report.stdout)]).toEqual([0, { diagnostics: [] }])
  })

  it('never overwrites', async () => {
    await runZtps(['init', folder])
    await writeFile(join(folder, 'neighbordb'), 'mine\n')
    const { status, stdout } = await runZtps(['init', folder])
    expect([status, stdout]).toEqual([0, expect.stringMatching(/kept .*neighbordb/)])
    expect(await readFile(join(folder, 'neighbordb'), 'utf8')).toBe('mine\n')
  })

  it('--upgrade keeps what was edited, and says so first with --dry-run', async () => {
    await writeFiles(join(folder, 'data'), {
      'bootstrap/bootstrap': '#!/usr/bin/env python\n# edited by the operator\n',
      'actions/add_config': '# edited\n',
      'plugins/allocate': '# edited\n',
      neighbordb: 'patterns: []\n',
    })
    const data = join(folder, 'data')
    const dry = await runZtps(['init', '--upgrade', data, '--dry-run'])
    expect([dry.status, dry.stdout]).toEqual([0, expect.stringMatching(/would .*add_config/)])
    expect((await readdir(join(data, 'actions'))).length).toBe(1)
    const done = await runZtps(['init', '--upgrade', data])
    expect(done.status).toBe(0)
    expect(await readFile(join(data, 'actions/add_config'), 'utf8')).toBe('# edited\n')
    const actions = await readdir(join(data, 'actions'))
    expect(actions).toEqual(expect.arrayContaining(['add_config.new', 'replace_config']))
    expect(await readFile(join(data, 'plugins/allocate'), 'utf8')).toBe('# edited\n')
    expect(await readFile(join(data, 'neighbordb'), 'utf8')).toBe('patterns: []\n')
    const again = await runZtps(['init', '--upgrade', data])
    expect([again.status, again.stdout]).toEqual([0, expect.stringContaining('nothing to do')])
  })
})
