import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  AS_ROOT,
  passengerFolders,
  passengerHere,
  startApache,
  virtualHost,
} from '../e2e/support/front-servers/apache.ts'
import { type FrontServer, WEB_USER } from '../e2e/support/front-servers/front-server.ts'
import { freePort } from '../src/http/free-port.ts'
import { addFiles, bootstrapScript } from './data-root.ts'
import { makeDefinitions } from './definition.ts'
import { compareDownloads, compareRates } from './front.ts'
import { IMAGE_PATH, writeImage } from './image.ts'
import type { Effort, Row, Scenario } from './scenario.ts'
import { withServer } from './server.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')
const MIB = 1024 * 1024

/**
 * All threads from the start, and connections kept: while it starts threads or has too many, Apache
 * closes connections that just got another request.
 */
const STEADY = `StartServers 6
MinSpareThreads 150
MaxSpareThreads 150
MaxKeepAliveRequests 0
`

export const apache: Scenario = {
  name: 'apache',
  async run(folder, effort) {
    const definitions = makeDefinitions(folder).map(({ path }) => path)
    addFiles(folder, { 'bootstrap/bootstrap': bootstrapScript() })
    writeImage(join(folder, 'data', IMAGE_PATH), (effort.quick ? 128 : 1024) * MIB)
    // Apache serves as another user than root.
    chmodSync(folder, 0o755)
    if (AS_ROOT) execFileSync('chown', ['-R', `${WEB_USER}:${WEB_USER}`, join(folder, 'data')])
    const socket = join(folder, 'http.sock')
    const sections = `trusted_proxies = unix\nsendfile = x-sendfile\n${AS_ROOT ? `socket_group = ${WEB_USER}\n` : ''}`
    return withServer(
      folder,
      async ({ origin }) => {
        const proxy = await startProxy(folder, socket)
        const passenger = await startPassenger(folder)
        try {
          return await compare({ folder, origin, definitions, proxy, passenger }, effort)
        } catch (thrown) {
          console.error(proxy.log(), passenger.log())
          throw thrown
        } finally {
          await proxy.stop()
          await passenger.stop()
        }
      },
      sections,
      socket,
    )
  },
}

/** @returns its version, undefined where Apache is not installed */
export function apacheVersion(): string | undefined {
  const { stdout, error } = spawnSync('/usr/sbin/apache2', ['-v'], { encoding: 'utf8' })
  return error === undefined ? /Apache\/[\d.]+/.exec(stdout)?.[0] : undefined
}

type Proxy = FrontServer & { readonly alone: string }

type Compared = {
  readonly origin: string
  readonly folder: string
  readonly definitions: readonly string[]
  readonly proxy: Proxy
  readonly passenger: FrontServer
}

async function compare(
  { folder, origin, definitions, proxy, passenger }: Compared,
  effort: Effort,
): Promise<readonly Row[]> {
  const origins = {
    standalone: origin,
    'behind Apache, mod_proxy': proxy.url,
    'under Apache, Passenger': passenger.url,
  }
  return [
    await compareDownloads(
      'a large file by Apache with mod_xsendfile: share of Apache alone',
      {
        'for us': { origin: proxy.url, path: IMAGE_PATH },
        alone: { origin: proxy.alone, path: IMAGE_PATH },
      },
      effort,
    ),
    ...(await compareRates(folder, 'GET /bootstrap, 50 KB', origins, ['/bootstrap'], effort)),
    ...(await compareRates(folder, 'GET /nodes/ID', origins, definitions, effort)),
  ]
}

/** The configuration that we ship, and a site beside it that has the same files and not us. */
async function startProxy(folder: string, socket: string): Promise<Proxy> {
  const [port, alone] = [await freePort(), await freePort()]
  const home = join(folder, 'apache-proxy')
  mkdirSync(home)
  const data = join(folder, 'data')
  const front = await startApache({
    folder: home,
    port,
    shipped: join(ROOT, 'deploy/apache/proxy.conf'),
    here: {
      ...virtualHost(port),
      'unix:/run/ztpserver/http.sock': `unix:${socket}`,
      '/usr/share/ztpserver': data,
    },
    modules: ['proxy', 'proxy_http', 'xsendfile'],
    more: `${STEADY}Listen 127.0.0.1:${alone}
<VirtualHost 127.0.0.1:${alone}>
    DocumentRoot ${data}
    SetEnv no-gzip 1
    # Off by default; mod_xsendfile has it on unless it is off by name.
    EnableSendfile On
    <Directory ${data}>
        Require all granted
    </Directory>
</VirtualHost>`,
  })
  return { ...front, alone: `http://127.0.0.1:${alone}` }
}

async function startPassenger(folder: string): Promise<FrontServer> {
  const port = await freePort()
  const home = join(folder, 'apache-passenger')
  const configuration = join(home, 'ztpserver.conf')
  const dataRoot = join(folder, 'data')
  mkdirSync(home)
  writeFileSync(
    configuration,
    `[default]\ndata_root = ${dataRoot}\nserver_url = http://127.0.0.1:${port}\n`,
  )
  return startApache({
    folder: home,
    port,
    shipped: join(ROOT, 'deploy/apache/passenger.conf'),
    here: {
      ...virtualHost(port),
      ...passengerHere({ folder: home, port, root: ROOT, configuration, dataRoot }),
    },
    modules: ['passenger'],
    more: `${STEADY}${passengerFolders(home)}`,
  })
}
