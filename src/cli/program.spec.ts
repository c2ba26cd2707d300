import { describe, expect, it } from 'vitest'
import { filesInMemory } from '../provision/validate/testing/files-in-memory.ts'
import { SOUND } from '../provision/validate/testing/sound-site.ts'
import { runCli } from './program.ts'
import { fixedDeps } from './testing/fixed-deps.ts'
import { recordedIo } from './testing/recorded-io.ts'

const BROKEN = { ...SOUND, neighbordb: 'patterns:\n  - {name: a, definition: gone, model: x}\n' }
const TEXTS = {
  '/elsewhere/neighbordb': `patterns:
  - name: bogus one
    definition: leaf
    interfaces:
      - any: any:none
  - {name: b, definition: leaf, model: x}
`,
  '/conf/other': '[server]\nport = 9\n',
  '/conf/nowhere': '[default]\ndata_root = /nowhere\n',
  '/conf/bad': '[server]\nport = http\n',
}

async function run(line: string, texts: Readonly<Record<string, string | null>> = SOUND) {
  const io = recordedIo()
  const deps = fixedDeps(filesInMemory(texts), TEXTS)
  const status = await runCli(
    line.split(' ').filter((word) => word !== ''),
    io,
    deps,
  )
  return { status, out: io.out(), err: io.err(), deeds: deps.deeds }
}

describe('ztps', () => {
  it.each(['', '-c /conf/other', '--debug'])('serves without a command: ztps %s', async (line) => {
    const { status, deeds, err } = await run(line)
    expect({ status, err }).toEqual({ status: 0, err: '' })
    expect(deeds.served).toHaveLength(1)
  })

  it('hands on the flags, after a command too', async () => {
    const { deeds } = await run('--conf /conf/other --debug')
    expect(deeds.served).toEqual([{ conf: '/conf/other', debug: true }])
    const { status, err } = await run('validate --format json -c /conf/bad')
    expect({ status, err }).toEqual({ status: 1, err: expect.stringContaining('/conf/bad:2:1') })
  })

  it.each(['-v', '--version'])('prints its version: %s', async (flag) => {
    const { status, out, deeds } = await run(flag)
    expect({ status, out }).toEqual({ status: 0, out: 'ZTPServer version 1.2.3\n' })
    expect(deeds.served).toEqual([])
  })

  it('does not start with a bad setting, and names place and accepted values', async () => {
    const { status, err, deeds } = await run('-c /conf/bad')
    expect(status).toBe(1)
    expect(err).toMatch(/^ERROR: \/conf\/bad:2:1: \[server\] port = 'http' .* 1 to 65534\n$/)
    expect(deeds.served).toEqual([])
  })

  it('does several things together, and none of them is serving', async () => {
    const { status, out, deeds } = await run('-v -V -r')
    expect(status).toBe(0)
    expect(out).toMatch(
      /^ZTPServer version[\s\S]*Validating \/data\/neighbordb\.\.\.\nOk!\n[\s\S]*Freed 1 entry of 2 pools\n$/,
    )
    expect(deeds).toMatchObject({ served: [], cleared: ['/data'] })
  })

  it('has the worst status of several', async () => {
    const { status, deeds } = await run('-V -r', BROKEN)
    expect(status).toBe(1)
    expect(deeds.cleared).toEqual(['/data'])
  })

  it('frees nothing when a pool file is broken', async () => {
    const { status, out, err, deeds } = await run('-r', { ...SOUND, 'resources/names': '- a\n' })
    expect(status).toBe(1)
    expect(out).toContain('ERROR: Failed to validate /data/resources/names\n')
    expect(err).toContain('nothing was freed')
    expect(deeds.cleared).toEqual([])
  })

  const usage: readonly (readonly [string, RegExp])[] = [
    ['--validat', /unknown option '--validat'\n\(Did you mean --validate\?\)/],
    ['vlidate', /there is no command 'vlidate'; did you mean validate\?/],
    ['teapot', /there is no command 'teapot'; the commands are init, validate, match, .*demo/],
    ['validate a b', /too many arguments for 'validate'/],
    ['validate --format yaml', /'yaml' is invalid. Allowed choices are text, json/],
    ['match', /missing required argument 'NODE.json'/],
    ['--conf', /'-c, --conf <FILE>' argument missing/],
    ['match x -r', /--clear-resources goes without a command/],
    ['init --dry-run', /--dry-run goes with --upgrade DIR/],
    ['init here --upgrade there', /either init here or init --upgrade there, not both/],
  ]
  it.each(usage)('refuses bad usage with status 2: ztps %s', async (line, message) => {
    const { status, out, err } = await run(line)
    expect({ status, out }).toEqual({ status: 2, out: '' })
    expect(err).toMatch(message)
    expect(err).toMatch(/^ztps: [\s\S]*Try 'ztps --help'\.\n$/)
    expect(err).not.toContain('    at ')
  })

  it.each([
    [
      '--help',
      /Usage: ztps \[flags\] \[command\][\s\S]*--clear-resources[\s\S]*validate[\s\S]*Examples:/,
    ],
    ['-h', /Usage: ztps/],
    ['help match', /Usage: ztps match \[options\] <NODE.json>[\s\S]*--explain[\s\S]*Examples:/],
    ['init -h', /Usage: ztps init \[options\] \[DIR\][\s\S]*--upgrade <DIR>/],
  ])('helps: ztps %s', async (line, text) => {
    const { status, out, err } = await run(line)
    expect({ status, err }).toEqual({ status: 0, err: '' })
    expect(out).toMatch(text)
  })

  it('reports a coded failure in one line', async () => {
    const { status, err } = await run('validate /nowhere')
    expect(status).toBe(1)
    expect(err).toBe('ztps: /nowhere does not exist: name a data directory or a neighbordb file\n')
  })

  it.each(['-V', '-r', 'validate'])(
    'misses the data directory: ztps -c /conf/nowhere %s',
    async (line) => {
      const { status, err } = await run(`-c /conf/nowhere ${line}`)
      expect(status).toBe(1)
      expect(err).toMatch(/^ztps: there is no folder \/nowhere, the data_root of the configuration/)
    },
  )

  it('rehearses the demo', async () => {
    const { status, out } = await run('demo')
    expect(status).toBe(0)
    expect(out).toContain('rehearsed')
  })
})

describe('ztps --validate', () => {
  it('reports one neighbordb in the words that scripts look for', async () => {
    const { status, out } = await run('--validate /elsewhere/neighbordb')
    expect(status).toBe(1)
    expect(out.split('\n').slice(0, 3)).toEqual([
      'Validating /elsewhere/neighbordb...',
      'ERROR: Failed to validate /elsewhere/neighbordb',
      'Invalid Patterns (count: 1/2)',
    ])
    expect(out).toMatch(
      /ERROR: \/elsewhere\/neighbordb:5:\d+: .* \(pattern 'bogus one'\) \[ZTP_BOGUS_INTERFACE_PATTERN\]\n {10}- any: any:none\n +\^\n/,
    )
  })

  it('validates everything without a name', async () => {
    const { status, out } = await run('--validate')
    expect(status).toBe(0)
    expect(out).toContain('Validating /data/nodes/SN1/pattern...\nOk!\n')
    expect(out).toMatch(/\n0 errors, 0 warnings in 10 files\n$/)
  })
})

describe('ztps validate', () => {
  it('reports in JSON', async () => {
    const { status, out } = await run('validate --format json /data', BROKEN)
    expect(status).toBe(1)
    expect(JSON.parse(out)).toEqual({
      diagnostics: [
        {
          code: 'ZTP_MISSING_DEFINITION',
          severity: 'error',
          file: '/data/neighbordb',
          line: 2,
          column: 27,
          message: expect.stringContaining("'gone'"),
          pattern: 'a',
        },
      ],
    })
  })

  it('takes a neighbordb of a data directory, with its definitions', async () => {
    const io = recordedIo()
    const deps = fixedDeps(filesInMemory(BROKEN), { '/data/neighbordb': BROKEN.neighbordb })
    expect(await runCli(['validate', '/data/neighbordb'], io, deps)).toBe(1)
    expect(io.out()).toContain('[ZTP_MISSING_DEFINITION]')
    expect(io.out()).toContain('\n1 error, 0 warnings in 1 file\n')
  })

  it('shows warnings, and succeeds', async () => {
    const { status, out } = await run('validate', { ...SOUND, 'resources/names': 'a: SN1\n' })
    expect(status).toBe(0)
    expect(out).toContain(
      'Validating /data/resources/names...\nOk!\nWARNING: /data/resources/names:1:1: ',
    )
  })
})

describe('ztps init', () => {
  it('says what it wrote, what it kept, and what to do next', async () => {
    const { status, out, deeds } = await run('init ./lab')
    expect(status).toBe(0)
    expect(deeds.scaffolded).toEqual(['./lab'])
    expect(out).toContain('wrote ./lab/neighbordb\nkept  ./lab/definitions/leaf')
    expect(out).toContain('  ztps -c ./lab/ztpserver.conf validate\n')
  })

  it('shows an upgrade without doing it', async () => {
    const { out, deeds } = await run('init --upgrade /old --dry-run')
    expect(deeds.upgraded).toEqual([])
    expect(out).toContain('would replace actions/b\n')
    expect(out).toContain('actions/c, which was edited, and put ours beside it as actions/c.new\n')
    expect(out).toContain('Nothing was changed. To do it: ztps init --upgrade /old\n')
  })

  it('upgrades and names the backup', async () => {
    const { out, deeds } = await run('init --upgrade /old')
    expect(deeds.upgraded).toEqual(['/old'])
    expect(out).toContain('The files as they were are in /old/.ztps/upgrades/1\n')
  })

  it('leaves alone what is up to date', async () => {
    const { out, deeds } = await run('init --upgrade /new')
    expect(deeds.upgraded).toEqual([])
    expect(out).toBe('/new is up to date: nothing to do\n')
  })
})
