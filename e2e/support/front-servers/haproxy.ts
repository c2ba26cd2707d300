import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../../../src/http/free-port.ts'
import { adapted, DEPLOY, type FrontServer, frontFolder, startFront } from './front-server.ts'
import { isRoot, type Site } from './site.ts'

export type HaproxySite = {
  readonly site: Site
  /** A free one unless the caller has to know it before. */
  readonly port?: number
  /** `HOST:PORT` or `unix:PATH` of each server behind. */
  readonly servers: readonly string[]
  /** What the test needs to be different in haproxy.cfg. */
  readonly changes?: Readonly<Record<string, string>>
}

/** Starts HAProxy with the configuration that we ship, after defaults that compress everything. */
export async function startHaproxy({
  site,
  servers,
  ...options
}: HaproxySite): Promise<FrontServer> {
  const port = options.port ?? (await freePort())
  const folder = await frontFolder()
  const listed = servers.map((each, at) => `server s${at} ${each.replace(/^unix:/, 'unix@')}`)
  const common = adapted(await shipped('haproxy'), {
    'log /dev/log local0': 'log stdout format raw local0',
    'server one 127.0.0.1:8081': listed.join('\n    '),
    'server two 127.0.0.1:8082': '',
    ...options.changes,
    // Whoever is not root cannot become another user.
    ...(isRoot() ? {} : { 'user haproxy': '', 'group haproxy': '' }),
  })
  const frontend = adapted(await shipped(site), { 'bind :::80 v4v6': `bind 127.0.0.1:${port}` })
  const conf = join(folder.path, 'haproxy.cfg')
  await writeFile(conf, `${COMPRESSING}${common}${frontend}`)
  const front = await startFront({ program: '/usr/sbin/haproxy', words: ['-db', '-f', conf], port })
  return {
    ...front,
    async stop() {
      await front.stop()
      await folder.remove()
    },
  }
}

const COMPRESSING = `defaults
    compression algo gzip
    compression type text/plain text/html text/x-python application/json
    mode http
    timeout connect 1s
    timeout client 1s
    timeout server 1s

`

function shipped(name: string): Promise<string> {
  return readFile(join(DEPLOY, 'haproxy', `${name}.cfg`), 'utf8')
}
