import { describe, expect, it } from 'vitest'
import { formatDiagnostic } from '../kernel/diagnostic.ts'
import { OPTIONS, optionRows, type Settings } from './options.ts'
import { configurationFile, stateFolder } from './paths.ts'
import { readSettings } from './settings.ts'

const FILE = '/etc/ztpserver/ztpserver.conf'

function read(text: string | undefined, environment: Record<string, string> = {}) {
  return readSettings({ text, file: FILE, environment })
}

const DEFAULTS: Settings = {
  dataRoot: '/usr/share/ztpserver',
  identifier: 'serialnumber',
  serverUrl: 'http://ztpserver:8080',
  logging: true,
  consoleLogging: true,
  consoleLoggingFormat: '%(asctime)s:%(levelname)s:[%(module)s:%(lineno)d] %(message)s',
  disableTopologyValidation: false,
  serverInterface: [{ kind: 'ip', host: '0.0.0.0' }],
  serverPort: 8080,
  socketMode: 0o660,
  socketGroup: '',
  tlsCert: '',
  tlsKey: '',
  tlsCa: '',
  trustedProxies: { networks: [], unix: false },
  forwardedHeader: 'any',
  sendfile: 'off',
  sendfileLocation: '/ztpserver-data',
  workers: 1,
  user: '',
  group: '',
  stopTimeoutMs: 10_000,
  bootstrapFilename: 'bootstrap',
  neighbordbFilename: 'neighbordb',
  logFile: '',
  statePath: '.ztps',
  backupKeep: 20,
  configHandlerTimeoutMs: 60_000,
  pluginTimeoutMs: 10_000,
  definitionTimeoutMs: 25_000,
  pluginWorkers: 8,
  pluginPython: 'python3',
  nodeReportLimitBytes: 1_048_576,
  startupConfigLimitBytes: 10_485_760,
  eventsLimitBytes: 65_536,
  jsonDepthLimit: 32,
  urlLimitCharacters: 4096,
  headersLimitBytes: 16_384,
  requestTimeoutMs: 120_000,
  idleTimeoutMs: 60_000,
  keepAliveTimeoutMs: 5_000,
  sqlitePath: 'db/resources.db',
  postgresUrl: '',
  mysqlUrl: '',
}

describe('readSettings', () => {
  it.each([
    ['no file', undefined],
    ['an empty file', ''],
    ['comments only', '# nothing\n'],
  ])('gives the defaults for %s', (_name, text) => {
    expect(read(text)).toEqual({ settings: DEFAULTS, diagnostics: [] })
  })

  it('reads a file made for ZTPServer', () => {
    const text = `[default]
data_root = /srv/ztp
identifier: SystemMAC
server_url = http://192.168.1.34/ztpserver/
logging = on
console_logging = No
console_logging_format = %(asctime)-15s %(message)s
disable_topology_validation = 1
[server]
Interface = ::1
port = 80
[bootstrap]
filename = boot.py
[neighbordb]
filename = site/neighbordb
`
    const settings = {
      ...DEFAULTS,
      dataRoot: '/srv/ztp',
      identifier: 'systemmac',
      serverUrl: 'http://192.168.1.34/ztpserver/',
      consoleLogging: false,
      consoleLoggingFormat: '%(asctime)-15s %(message)s',
      disableTopologyValidation: true,
      serverInterface: [{ kind: 'ip', host: '::1' }],
      serverPort: 80,
      bootstrapFilename: 'boot.py',
      neighbordbFilename: 'site/neighbordb',
    }
    expect(read(text)).toEqual({ settings, diagnostics: [] })
  })

  it('lets the environment beat the file, and flags beat both', () => {
    const environment = {
      ZTPS_DEFAULT_DATAROOT: '/env',
      ZTPS_DEFAULT_SERVER: 'http://env',
      ZTPS_DEFAULT_LOGGING: 'off',
      ZTPS_CONSOLE_LOGGING_FORMAT: 'json',
      ZTPS_BOOTSTRAP_FILENAME: 'env-bootstrap',
      ZTPS_NEIGHBORDB_FILENAME: '',
    }
    const text =
      '[default]\ndata_root = /file\nserver_url = nonsense\n[neighbordb]\nfilename = from-file\n'
    const flags = { serverPort: 0, dataRoot: '/flag' }
    const { settings } = readSettings({ text, file: FILE, environment, flags })
    expect(settings).toEqual({
      ...DEFAULTS,
      dataRoot: '/flag',
      serverUrl: 'http://env',
      logging: false,
      consoleLoggingFormat: 'json',
      bootstrapFilename: 'env-bootstrap',
      neighbordbFilename: 'from-file',
      serverPort: 0,
    })
  })

  it("takes Python's [DEFAULT] entries for the sections that stand in the file", () => {
    const { settings, diagnostics } = read('[DEFAULT]\nfilename = shared\n[bootstrap]\n')
    expect(settings).toEqual({ ...DEFAULTS, bootstrapFilename: 'shared' })
    expect(diagnostics).toEqual([])
  })

  const errors: readonly (readonly [string, string, string])[] = [
    ['a port out of range', '[server]\nport = 0\n', '[server] port'],
    ['a word that is none', '[default]\nidentifier = mac\n', '[default] identifier'],
    ['a doubtful boolean', '[default]\nlogging = maybe\n', '[default] logging'],
    ['a URL without scheme', '[default]\nserver_url = ztp:8080\n', '[default] server_url'],
    ['a host name to bind', '[server]\ninterface = eth0\n', '[server] interface'],
    ['a way out of the folder', '[bootstrap]\nfilename = ../x\n', '[bootstrap] filename'],
    ['an empty path', '[default]\ndata_root =\n', '[default] data_root'],
    ['a size without sense', '[limits]\npost_body = much\n', '[limits] post_body'],
  ]
  it.each(errors)(
    'refuses %s, naming the place and what would be right',
    (_name, text, setting) => {
      const { settings, diagnostics } = read(text)
      const value = /[=:] ?(.*)\n$/.exec(text)?.[1]
      const row = optionRows().find(({ section, key }) => `[${section}] ${key}` === setting)
      expect(settings).toBeUndefined()
      expect(diagnostics).toEqual([
        {
          code: 'ZTP_BAD_CONFIGURATION',
          severity: 'error',
          file: FILE,
          line: 2,
          column: 1,
          source: text.split('\n')[1],
          message: `${setting} = '${value}' is not valid: it takes ${row?.type.accepts}`,
        },
      ])
    },
  )

  it.each([
    ['a database URL of another kind', '[postgres]\nurl = mysql://u:s3cret@h/d\n'],
    ['a database URL without a database', '[mysql]\nurl = mysql://u:s3cret@h\n'],
  ])('keeps the password of %s to itself', (_name, text) => {
    const { settings, diagnostics } = read(text)
    expect(settings).toBeUndefined()
    expect(diagnostics).toMatchObject([{ severity: 'error', line: 2, column: 1 }])
    expect(diagnostics.map(formatDiagnostic).join()).not.toContain('s3cret')
  })

  it('names the variable when the environment is at fault', () => {
    const { settings, diagnostics } = read('', { ZTPS_DEFAULT_LOGGING: 'maybe' })
    expect(settings).toBeUndefined()
    expect(diagnostics).toMatchObject([{ severity: 'error', file: 'environment' }])
    expect(diagnostics[0]?.message).toMatch(
      /^ZTPS_DEFAULT_LOGGING \(\[default\] logging\) = 'maybe' is not valid: it takes yes/,
    )
  })

  it('reports everything that is wrong at once', () => {
    const { settings, diagnostics } = read('[server]\nport = x\nbroken line\ninterface = y\n')
    expect(settings).toBeUndefined()
    expect(diagnostics.map((each) => each.line).toSorted()).toEqual([2, 3, 4])
  })

  const warnings: readonly (readonly [string, string, RegExp])[] = [
    [
      'a misspelt key',
      '[default]\ndata_rot = /x\n',
      /^\[default\] has no setting 'data_rot'; did you mean data_root\?$/,
    ],
    ['a key of another section', '[default]\nport = 80\n', /it belongs into \[server\]$/],
    [
      'a key of two other sections',
      '[default]\nfilename = x\n',
      /it belongs into \[bootstrap\] or \[neighbordb\]$/,
    ],
    [
      'a key like no other',
      '[default]\nzzzzzzzz = /x\n',
      /^\[default\] has no setting 'zzzzzzzz'$/,
    ],
    [
      'a misspelt section',
      '[sever]\nport = 80\n',
      /^\[sever\] is no section of the configuration; did you mean server\?$/,
    ],
    ['a section in the wrong case', '[Server]\nport = 80\n', /did you mean server\?$/],
    [
      '[DEFAULT] for [default]',
      '[DEFAULT]\ndata_root = /x\n',
      /^\[DEFAULT\] data_root sets nothing; did you mean \[default\]\?$/,
    ],
  ]
  it.each(warnings)('warns of %s and goes on', (_name, text, message) => {
    const { settings, diagnostics } = read(text)
    expect(settings).toEqual(DEFAULTS)
    expect(diagnostics).toHaveLength(1)
    expect(diagnostics[0]).toMatchObject({ severity: 'warning', file: FILE })
    expect(diagnostics[0]?.message).toMatch(message)
  })

  it('accepts the documented misspelling serialnum with a warning', () => {
    const { settings, diagnostics } = read('[default]\nidentifier = serialnum\n')
    expect(settings?.identifier).toBe('serialnumber')
    expect(diagnostics).toMatchObject([
      { code: 'ZTP_MISSPELT_VALUE', severity: 'warning', line: 2 },
    ])
  })
})

describe('the option table', () => {
  it.each(optionRows())('has a default that $name takes', ({ type, default: text }) => {
    expect(type.parse(text)).toBeDefined()
  })

  it.each(optionRows())('says what $name does, in a sentence', ({ help }) => {
    expect(help).toMatch(/^[A-Z].*\.$/)
  })

  it('has each place and each variable once', () => {
    const places = optionRows().map(({ section, key }) => `[${section}] ${key}`)
    const variables = optionRows().flatMap(({ environment }) => environment ?? [])
    expect(new Set(places).size).toBe(places.length)
    expect(new Set(variables).size).toBe(variables.length)
  })

  it('keeps new settings out of the sections of ZTPServer, but for [server]', () => {
    const old = new Set(['default', 'bootstrap', 'neighbordb'])
    const strays = optionRows().filter(
      (row) => row.section !== 'server' && (row.since === 'ZTPServer') !== old.has(row.section),
    )
    expect(strays).toEqual([])
  })

  it('aliases words that the option takes', () => {
    expect(OPTIONS.identifier.type.parse(OPTIONS.identifier.aliases.serialnum)).toBe('serialnumber')
  })
})

describe('configurationFile', () => {
  it.each([
    ['nothing said', undefined, {}, FILE],
    ['--conf', 'my.conf', {}, 'my.conf'],
    ['the environment wins', 'my.conf', { ZTPS_CONFIG: '/env.conf' }, '/env.conf'],
    ['an empty variable is unset', 'my.conf', { ZTPS_CONFIG: '' }, 'my.conf'],
  ])('%s', (_name, flag, environment, expected) => {
    expect(configurationFile(flag, environment)).toBe(expected)
  })
})

describe('stateFolder', () => {
  it.each([
    ['.ztps', '/srv/ztp/.ztps'],
    ['/var/lib/ztps', '/var/lib/ztps'],
  ])('of [state] path %s is %s', (statePath, expected) => {
    expect(stateFolder({ dataRoot: '/srv/ztp', statePath })).toBe(expected)
  })
})
