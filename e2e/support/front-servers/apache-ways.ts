import { execFileSync } from 'node:child_process'
import { chmod, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../../src/http/free-port.ts'
import { iniText, type ServerOptions, startServer } from '../server.ts'
import { AS_ROOT, passengerFolders, passengerHere, startApache, virtualHost } from './apache.ts'
import { DEPLOY, type FrontServer, frontFolder, WEB_USER } from './front-server.ts'

const PACKAGE = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')

export type Settings = NonNullable<ServerOptions['settings']>

/** A way to have the server behind Apache. */
export type Way = {
  readonly name: string
  /** What of the URL comes after the host: what `server_url` says, too. */
  readonly path: '' | '/ztpserver'
  /** Names of files that do not get through. */
  readonly loses?: RegExp
  start(dataRoot: string, options?: WayOptions): Promise<BehindApache>
}

export type WayOptions = {
  readonly settings?: Settings
  /** Apache's modules besides those that the way needs. */
  readonly modules?: readonly string[]
  /** More lines of Apache's own configuration. */
  readonly more?: string
  /** More of what is shipped → what it has to be here. */
  readonly here?: Readonly<Record<string, string>>
  /** Where the package lies that Passenger loads; it is this one unless it is said. */
  readonly root?: string
  /** What Passenger starts the server with; the Node of this process unless it is said. */
  readonly node?: string
  /** Whether a server of its own listens at its port on the loopback, too. */
  readonly tcpToo?: boolean
}

export type BehindApache = {
  readonly serverUrl: string
  readonly apache: FrontServer
  /** Apache's port. */
  readonly port: number
  /** Where Passenger looks for restart.txt. */
  readonly folder: string
  /** What the server logged, wherever it appears. */
  log(): string
  /** Ends the server behind Apache, where it is one of its own. */
  stopBackend(): Promise<void>
  stop(): Promise<void>
}

const ROOT_URL = { name: 'at the root', path: '' } as const

export const PASSENGER: readonly Way[] = [
  { ...ROOT_URL, name: 'Passenger, at the root', start: passenger('passenger.conf', '') },
  {
    name: 'Passenger, under /ztpserver',
    path: '/ztpserver',
    start: passenger('passenger-prefix.conf', '/ztpserver'),
  },
  {
    name: 'Passenger, the prefix stripped',
    path: '/ztpserver',
    loses: /\?/,
    start: passenger('passenger.conf', '/ztpserver', {
      '    #RewriteEngine': '    RewriteEngine',
      '    #RewriteRule': '    RewriteRule',
      '    AllowEncodedSlashes NoDecode': '    AllowEncodedSlashes On',
      '    PassengerAllowEncodedSlashes on': '    #PassengerAllowEncodedSlashes on',
    }),
  },
]

const STRIPPED = 'ProxyPass /ztpserver/ unix:/run/ztpserver/http.sock|http://ztpserver/ '
const KEPT = 'ProxyPass /ztpserver/ unix:/run/ztpserver/http.sock|http://ztpserver/ztpserver/ '

export const PROXY: readonly Way[] = [
  { ...ROOT_URL, name: 'mod_proxy, at the root', start: proxy('proxy.conf', '') },
  {
    name: 'mod_proxy, under /ztpserver',
    path: '/ztpserver',
    start: proxy('proxy-prefix.conf', '/ztpserver'),
  },
  {
    name: 'mod_proxy, the prefix stripped',
    path: '/ztpserver',
    start: proxy('proxy-prefix.conf', '/ztpserver', {
      [`\n${KEPT}`]: `\n#${KEPT}`,
      [`\n#${STRIPPED}`]: `\n${STRIPPED}`,
    }),
  },
]

/** What turns a configuration for the unix socket into one for TCP. */
export function overTcp(port: number): Readonly<Record<string, string>> {
  return {
    '\n    ProxyPass / unix:': '\n    #ProxyPass / unix:',
    '\n    #ProxyPass / http://127.0.0.1:8080/': `\n    ProxyPass / http://127.0.0.1:${port}/`,
  }
}

function passenger(file: string, path: Way['path'], variant = {}): Way['start'] {
  return async (dataRoot, options = {}) => {
    const { settings = {}, modules = [], more = '', here = {}, root = PACKAGE, node } = options
    const [{ path: folder, remove }, port] = [await frontFolder(), await freePort()]
    const conf = join(folder, 'ztpserver.conf')
    const serverUrl = `http://127.0.0.1:${port}${path}`
    await writeFile(conf, iniText(behind(serverUrl, dataRoot, settings)))
    await giveToWebUser(dataRoot)
    const apache = await startApache({
      folder,
      port,
      shipped: join(DEPLOY, 'apache', file),
      here: {
        ...variant,
        ...here,
        '#SetEnv ZTPS_DEBUG': 'SetEnv ZTPS_DEBUG',
        ...passengerHere({ folder, port, root, configuration: conf, dataRoot, node }),
        ...(file === 'passenger.conf' ? virtualHost(port) : {}),
      },
      modules: ['passenger', 'rewrite', ...modules],
      more: `${passengerFolders(folder)}${more}`,
    })
    return {
      serverUrl,
      apache,
      port,
      folder,
      log: apache.log,
      stopBackend: async () => {},
      async stop() {
        await apache.stop()
        await passengerGone(folder)
        await remove()
      },
    }
  }
}

/** Passenger and the servers end after Apache; its own folder is what it removes last. */
async function passengerGone(folder: string): Promise<void> {
  while ((await readdir(folder)).some((name) => name.startsWith('passenger.'))) await wait(50)
}

function proxy(file: string, path: Way['path'], variant = {}): Way['start'] {
  return async (dataRoot, { settings = {}, modules = [], more = '', here = {}, tcpToo } = {}) => {
    const [{ path: folder, remove }, port] = [await frontFolder(), await freePort()]
    const socket = join(folder, 'http.sock')
    const serverUrl = `http://127.0.0.1:${port}${path}`
    await chmod(dirname(dataRoot), 0o755)
    const server: Settings[string] = {
      interface: `${tcpToo === true ? '127.0.0.1, ' : ''}unix:${socket}`,
      trusted_proxies: 'unix',
      ...(AS_ROOT ? { socket_group: WEB_USER } : {}),
      ...settings.server,
    }
    const backend = await startServer({
      dataRoot,
      ...(typeof server.port === 'number' ? { port: server.port } : {}),
      settings: behind(serverUrl, dataRoot, { ...settings, server }),
      arguments: ['--debug'],
    })
    const apache = await startApache({
      folder,
      port,
      shipped: join(DEPLOY, 'apache', file),
      here: {
        ...variant,
        ...here,
        'unix:/run/ztpserver/http.sock': `unix:${socket}`,
        ...(file === 'proxy.conf' ? virtualHost(port) : {}),
        '/usr/share/ztpserver': dataRoot,
      },
      modules: ['proxy', 'proxy_http', ...modules],
      more,
    })
    return {
      serverUrl,
      apache,
      port,
      folder,
      log: () => `${apache.log()}${backend.log()}`,
      stopBackend: async () => void (await backend.stop()),
      async stop() {
        await apache.stop()
        await backend.stop()
        await remove()
      },
    }
  }
}

function behind(serverUrl: string, dataRoot: string, settings: Settings): Settings {
  return {
    ...settings,
    default: { data_root: dataRoot, server_url: serverUrl, ...settings.default },
  }
}

/** The server writes there as the web server's user. */
async function giveToWebUser(dataRoot: string): Promise<void> {
  await chmod(dirname(dataRoot), 0o755)
  if (AS_ROOT) execFileSync('chown', ['-R', `${WEB_USER}:${WEB_USER}`, dataRoot])
}
