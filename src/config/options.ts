import { listenAddresses, peers } from './addresses.ts'
import {
  bool,
  databaseUrl,
  duration,
  fileMode,
  filename,
  integer,
  type OptionType,
  oneOf,
  optionalPath,
  path,
  processes,
  size,
  text,
  url,
  urlPath,
} from './option-types.ts'

/** One setting: where it is written, what it may be, and what it does. */
export type Option = {
  readonly section: string
  readonly key: string
  readonly type: OptionType<unknown>
  /** As it would be written in the file. */
  readonly default: string
  /** The environment variable that beats the file. */
  readonly environment?: string
  /** Misspellings in the field → what they mean; accepted with a warning. */
  readonly aliases?: Readonly<Record<string, string>>
  /** What it does; Markdown. */
  readonly help: string
  /** `ZTPServer`: same name, values and default as there. Else our first release that has it. */
  readonly since: 'ZTPServer' | '3.0.0'
}

/**
 * Every setting of the server: the file, the environment, the checks, the type of the settings and
 * the reference page are made from this table. The name tells the unit of a number.
 */
export const OPTIONS = {
  dataRoot: {
    section: 'default',
    key: 'data_root',
    type: path,
    default: '/usr/share/ztpserver',
    environment: 'ZTPS_DEFAULT_DATAROOT',
    help: 'The data directory.',
    since: 'ZTPServer',
  },
  identifier: {
    section: 'default',
    key: 'identifier',
    type: oneOf(['serialnumber', 'systemmac']),
    default: 'serialnumber',
    aliases: { serialnum: 'serialnumber' },
    help: "Which of a switch's numbers is its node id: the name of its folder in `nodes/`.",
    since: 'ZTPServer',
  },
  serverUrl: {
    section: 'default',
    key: 'server_url',
    type: url,
    default: 'http://ztpserver:8080',
    environment: 'ZTPS_DEFAULT_SERVER',
    help: 'The URL at which switches reach the server; `$SERVER` in the bootstrap script. With a path, the API answers under that path too.',
    since: 'ZTPServer',
  },
  logging: {
    section: 'default',
    key: 'logging',
    type: bool,
    default: 'True',
    environment: 'ZTPS_DEFAULT_LOGGING',
    help: 'Whether there is a log; without it, only fatal errors are written.',
    since: 'ZTPServer',
  },
  consoleLogging: {
    section: 'default',
    key: 'console_logging',
    type: bool,
    default: 'True',
    help: 'Whether the log goes to standard error; without it, only fatal errors are written there. Means nothing where `[log] file` is set.',
    since: 'ZTPServer',
  },
  consoleLoggingFormat: {
    section: 'default',
    key: 'console_logging_format',
    type: text,
    default: '%(asctime)s:%(levelname)s:[%(module)s:%(lineno)d] %(message)s',
    environment: 'ZTPS_CONSOLE_LOGGING_FORMAT',
    help: 'The form of a log line; see [Log format](#log-format).',
    since: 'ZTPServer',
  },
  disableTopologyValidation: {
    section: 'default',
    key: 'disable_topology_validation',
    type: bool,
    default: 'False',
    help: 'Serve a node its definition without comparing its neighbours with its `pattern`.',
    since: 'ZTPServer',
  },
  serverInterface: {
    section: 'server',
    key: 'interface',
    type: listenAddresses,
    default: '0.0.0.0',
    help: 'The addresses to listen on, separated by commas; `::` for IPv6 and, where it stands without an IPv4 address, IPv4 too; `unix:/run/ztpserver/http.sock` for a unix socket, which never speaks TLS.',
    since: 'ZTPServer',
  },
  serverPort: {
    section: 'server',
    key: 'port',
    type: integer(1, 65534),
    default: '8080',
    help: 'The TCP port to listen on.',
    since: 'ZTPServer',
  },
  socketMode: {
    section: 'server',
    key: 'socket_mode',
    type: fileMode,
    default: '0660',
    help: 'The permissions of a unix socket.',
    since: '3.0.0',
  },
  socketGroup: {
    section: 'server',
    key: 'socket_group',
    type: text,
    default: '',
    help: "The group of a unix socket, for instance the front server's; without it, the server's own.",
    since: '3.0.0',
  },
  tlsCert: {
    section: 'server',
    key: 'tls_cert',
    type: optionalPath,
    default: '',
    help: 'The certificate, PEM, and those between it and an authority: the TCP port then speaks https, TLS 1.2 or later. A replaced file is taken up within seconds.',
    since: '3.0.0',
  },
  tlsKey: {
    section: 'server',
    key: 'tls_key',
    type: optionalPath,
    default: '',
    help: 'The private key of that certificate, PEM, without a passphrase.',
    since: '3.0.0',
  },
  tlsCa: {
    section: 'server',
    key: 'tls_ca',
    type: optionalPath,
    default: '',
    help: 'The authorities, PEM, of which each client must show a certificate; without it clients need none.',
    since: '3.0.0',
  },
  trustedProxies: {
    section: 'server',
    key: 'trusted_proxies',
    type: peers,
    default: '',
    help: 'The front servers that are believed when they say, in `Forwarded` or `X-Forwarded-For`, whom they speak for; `unix` for those that come through the unix socket. What anybody else says in these headers is ignored.',
    since: '3.0.0',
  },
  forwardedHeader: {
    section: 'server',
    key: 'forwarded_header',
    type: oneOf(['any', 'x-forwarded-for', 'forwarded']),
    default: 'any',
    help: 'The header in which they say it; `any` is `X-Forwarded-For` and, in requests that have none, `Forwarded`. A front server that writes only `Forwarded` needs that word here, or clients could bring the other header along.',
    since: '3.0.0',
  },
  sendfile: {
    section: 'server',
    key: 'sendfile',
    type: oneOf(['off', 'x-sendfile', 'x-accel-redirect']),
    default: 'off',
    help: 'The header by which a front server is told to send large files itself: `x-sendfile` for Apache with mod_xsendfile, `x-accel-redirect` for nginx. Only requests of `trusted_proxies` are answered so.',
    since: '3.0.0',
  },
  sendfileLocation: {
    section: 'server',
    key: 'sendfile_location',
    type: urlPath,
    default: '/ztpserver-data',
    help: 'The location of nginx that stands for the data directory, for `sendfile = x-accel-redirect`; it must be `internal` there.',
    since: '3.0.0',
  },
  workers: {
    section: 'server',
    key: 'workers',
    type: processes,
    default: '1',
    help: 'How many processes serve; `auto` for one for each processor. They share the ports, the log and the data directory; one that dies is replaced.',
    since: '3.0.0',
  },
  user: {
    section: 'server',
    key: 'user',
    type: text,
    default: '',
    help: 'The user, by name or number, as whom the server goes on when its ports are bound and its certificate is read; it must be started by root then. Without it, the user stays.',
    since: '3.0.0',
  },
  group: {
    section: 'server',
    key: 'group',
    type: text,
    default: '',
    help: "The group, by name or number, that goes with `user`; without it, the user's own.",
    since: '3.0.0',
  },
  stopTimeoutMs: {
    section: 'server',
    key: 'stop_timeout',
    type: duration,
    default: '10 s',
    help: 'How long requests and config-handlers in flight may go on when the server is told to end.',
    since: '3.0.0',
  },
  bootstrapFilename: {
    section: 'bootstrap',
    key: 'filename',
    type: filename,
    default: 'bootstrap',
    environment: 'ZTPS_BOOTSTRAP_FILENAME',
    help: 'The bootstrap script, a file in `bootstrap/` of the data directory.',
    since: 'ZTPServer',
  },
  neighbordbFilename: {
    section: 'neighbordb',
    key: 'filename',
    type: filename,
    default: 'neighbordb',
    environment: 'ZTPS_NEIGHBORDB_FILENAME',
    help: 'The file of patterns, in the data directory.',
    since: 'ZTPServer',
  },
  logFile: {
    section: 'log',
    key: 'file',
    type: optionalPath,
    default: '',
    help: 'A file for the log, instead of standard error; made with permissions 0640, and opened anew on SIGHUP, so that it can be rotated.',
    since: '3.0.0',
  },
  statePath: {
    section: 'state',
    key: 'path',
    type: path,
    default: '.ztps',
    help: "The server's own folder for versions, archives, locks and half-built folders; a relative path starts at the data directory.",
    since: '3.0.0',
  },
  backupKeep: {
    section: 'backup',
    key: 'keep',
    type: integer(0, 10_000),
    default: '20',
    help: "How many previous versions of each node's startup-config are kept.",
    since: '3.0.0',
  },
  configHandlerTimeoutMs: {
    section: 'config-handler',
    key: 'timeout',
    type: duration,
    default: '60 s',
    help: 'How long a config-handler may run.',
    since: '3.0.0',
  },
  pluginTimeoutMs: {
    section: 'plugins',
    key: 'timeout',
    type: duration,
    default: '10 s',
    help: 'How long one call of a resource plugin may take; then it fails, and what runs for it is stopped.',
    since: '3.0.0',
  },
  definitionTimeoutMs: {
    section: 'plugins',
    key: 'definition_timeout',
    type: duration,
    default: '25 s',
    help: 'How long all plugin calls of one definition may take, waiting for their turn included. Switches give up after 30 s.',
    since: '3.0.0',
  },
  pluginWorkers: {
    section: 'plugins',
    key: 'workers',
    type: integer(1, 64),
    default: '8',
    help: 'How many calls of the plugins in `plugins/` may run at once: Python processes, threads for each ES module, programs. Started when they are needed.',
    since: '3.0.0',
  },
  pluginPython: {
    section: 'plugins',
    key: 'python',
    type: path,
    default: 'python3',
    help: 'The Python, 3.6 or later, that runs the plugins written in Python: a name to be found on the PATH, or a path such as that of a virtual environment.',
    since: '3.0.0',
  },
  nodeReportLimitBytes: {
    section: 'limits',
    key: 'post_body',
    type: size,
    default: '1 MiB',
    help: 'The most that a switch may send about itself (`POST /nodes`).',
    since: '3.0.0',
  },
  startupConfigLimitBytes: {
    section: 'limits',
    key: 'startup_config',
    type: size,
    default: '10 MiB',
    help: 'The largest startup-config that is accepted.',
    since: '3.0.0',
  },
  eventsLimitBytes: {
    section: 'limits',
    key: 'events_body',
    type: size,
    default: '64 KiB',
    help: 'The most that one report of progress may hold (`POST /nodes/ID/events`).',
    since: '3.0.0',
  },
  jsonDepthLimit: {
    section: 'limits',
    key: 'json_depth',
    type: integer(4, 1000),
    default: '32',
    help: 'How deep lists and objects may nest in the JSON that is received.',
    since: '3.0.0',
  },
  urlLimitCharacters: {
    section: 'limits',
    key: 'url_length',
    type: integer(256, 65_536),
    default: '4096',
    help: 'The longest URL that is answered, in characters.',
    since: '3.0.0',
  },
  headersLimitBytes: {
    section: 'limits',
    key: 'headers',
    type: size,
    default: '16 KiB',
    help: 'The most that the headers of one request may hold, all together.',
    since: '3.0.0',
  },
  requestTimeoutMs: {
    section: 'limits',
    key: 'request_timeout',
    type: duration,
    default: '2 min',
    help: 'How long a request may take to arrive, from its first byte to its last.',
    since: '3.0.0',
  },
  idleTimeoutMs: {
    section: 'limits',
    key: 'idle_timeout',
    type: duration,
    default: '1 min',
    help: 'How long a connection may stay without a byte in either direction while a request or its answer is under way.',
    since: '3.0.0',
  },
  keepAliveTimeoutMs: {
    section: 'limits',
    key: 'keep_alive_timeout',
    type: duration,
    default: '5 s',
    help: 'How long a connection is kept open for the next request.',
    since: '3.0.0',
  },
  sqlitePath: {
    section: 'sqlite',
    key: 'path',
    type: path,
    default: 'db/resources.db',
    help: 'The SQLite file with the pools of the plugin `sqlite`; a relative path starts at the data directory.',
    since: '3.0.0',
  },
  postgresUrl: {
    section: 'postgres',
    key: 'url',
    type: databaseUrl('postgres'),
    default: '',
    help: 'The PostgreSQL database with the pools of the plugin `postgres`; see [Pools in SQL](../guides/sql-pools.md).',
    since: '3.0.0',
  },
  mysqlUrl: {
    section: 'mysql',
    key: 'url',
    type: databaseUrl('mysql'),
    default: '',
    help: 'The MySQL or MariaDB database with the pools of the plugin `mysql`; see [Pools in SQL](../guides/sql-pools.md).',
    since: '3.0.0',
  },
} as const satisfies Record<string, Option>

export type OptionName = keyof typeof OPTIONS

type ValueOf<Row extends Option> = Row['type'] extends OptionType<infer T> ? T : never

/** The values of all settings, by the names of the table. */
export type Settings = {
  readonly [Name in OptionName]: ValueOf<(typeof OPTIONS)[Name]>
}

/** The rows of the table, in its order. */
export function optionRows(): readonly (Option & { readonly name: string })[] {
  return Object.entries<Option>(OPTIONS).map(([name, option]) => ({ ...option, name }))
}
