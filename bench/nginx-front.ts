import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FrontServer } from '../e2e/support/front-servers/front-server.ts'
import { startNginx } from '../e2e/support/front-servers/nginx.ts'
import { addFiles, bootstrapScript } from './data-root.ts'
import { makeDefinitions } from './definition.ts'
import { compareDownloads, compareRates } from './front.ts'
import { IMAGE_PATH, writeImage } from './image.ts'
import { nginxVersion } from './nginx.ts'
import type { Effort, Row, Scenario } from './scenario.ts'
import { withServer } from './server.ts'

const DEPLOY = fileURLToPath(new URL('../../../deploy', import.meta.url))
const MIB = 1024 * 1024

export const nginxFront: Scenario = {
  name: 'nginx',
  async run(folder, effort) {
    if (nginxVersion() === undefined) return [NOT_INSTALLED]
    const definitions = makeDefinitions(folder).map(({ path }) => path)
    addFiles(folder, { 'bootstrap/bootstrap': bootstrapScript() })
    writeImage(join(folder, 'data', IMAGE_PATH), (effort.quick ? 128 : 1024) * MIB)
    // nginx serves as another user than root.
    chmodSync(folder, 0o755)
    return withServer(
      folder,
      async ({ origin }) => {
        const front = await startFront(origin, join(folder, 'data'))
        try {
          return await compare({ folder, origin, front, definitions }, effort)
        } finally {
          await front.stop()
        }
      },
      'trusted_proxies = 127.0.0.1\nsendfile = x-accel-redirect\n',
    )
  },
}

const NOT_INSTALLED: Row = {
  what: 'behind nginx',
  measured: 'not compared',
  checks: [],
  note: 'nginx is not installed',
}

/** What we ship, and a path beside it where nginx has the same files and not us. */
function startFront(origin: string, dataRoot: string): Promise<FrontServer> {
  const alone = `location /alone/ { alias ${dataRoot}/; sendfile on; tcp_nopush on; gzip off; gzip_static off; }`
  return startNginx({
    site: 'root',
    servers: [new URL(origin).host],
    sendfileFrom: dataRoot,
    shipped: DEPLOY,
    changes: { 'root.conf': { 'location / {': `${alone}\n    location / {` } },
  })
}

type Compared = {
  readonly origin: string
  readonly front: FrontServer
  readonly folder: string
  readonly definitions: readonly string[]
}

async function compare({ folder, origin, front, definitions }: Compared, effort: Effort) {
  const origins = { standalone: origin, 'behind nginx': front.url }
  return [
    await compareDownloads(
      'a large file by nginx with X-Accel-Redirect: share of nginx alone',
      {
        'for us': { origin: front.url, path: IMAGE_PATH },
        alone: { origin: front.url, path: `/alone${IMAGE_PATH}` },
      },
      effort,
    ),
    ...(await compareRates(folder, 'GET /bootstrap, 50 KB', origins, ['/bootstrap'], effort)),
    ...(await compareRates(folder, 'GET /nodes/ID', origins, definitions, effort)),
  ]
}
