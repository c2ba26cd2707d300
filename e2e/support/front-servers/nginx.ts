import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '../../../src/http/free-port.ts'
import {
  adapted,
  DEPLOY,
  type FrontServer,
  frontFolder,
  startFront,
  WEB_USER,
} from './front-server.ts'
import { isRoot, type Site } from './site.ts'

/** Text of a configuration file → what stands there instead. */
type Changes = Readonly<Record<string, string>>

export type NginxSite = {
  readonly site: Site | 'edge-cache'
  /** A free one unless the caller has to know it before. */
  readonly port?: number
  /** `HOST:PORT` or `unix:PATH` of each server behind. */
  readonly servers: readonly string[]
  /** The data directory whose files nginx sends itself. */
  readonly sendfileFrom?: string
  /** Another copy of deploy/ than that beside the tests. */
  readonly shipped?: string
  /** What the test needs to be different, by file of deploy/nginx. */
  readonly changes?: Readonly<Record<string, Changes>>
}

/** Starts nginx with one of the sites that we ship, beside settings that would compress everything. */
export async function startNginx(options: NginxSite): Promise<FrontServer> {
  const port = options.port ?? (await freePort())
  const folder = await frontFolder()
  const changes = changesOf(options, port, folder.path)
  const files = join(options.shipped ?? DEPLOY, 'nginx')
  for (const name of await readdir(files)) {
    const shipped = await readFile(join(files, name), 'utf8')
    await writeFile(join(folder.path, name), adapted(shipped, changes[name] ?? {}))
  }
  const conf = join(folder.path, 'nginx.conf')
  await writeFile(conf, mainConfiguration(folder.path, `${options.site}.conf`))
  const words = ['-c', conf, '-e', 'stderr', '-g', 'daemon off;']
  const front = await startFront({ program: '/usr/sbin/nginx', words, port })
  return {
    ...front,
    async stop() {
      await front.stop()
      await folder.remove()
    },
  }
}

function changesOf(
  { site, servers, sendfileFrom, changes = {} }: NginxSite,
  port: number,
  home: string,
) {
  const conf = `${site}.conf`
  const include = '/etc/nginx/ztpserver'
  const listed = servers.map((each) => `server ${each} max_fails=0;`).join('\n')
  const all: Record<string, Changes> = {
    ...changes,
    'upstream.conf': { 'server 127.0.0.1:8080 max_fails=0;': listed, ...changes['upstream.conf'] },
    [conf]: {
      'listen 80;': `listen 127.0.0.1:${port};`,
      'listen [::]:80;': '',
      [include]: home,
      ...(site === 'edge-cache' ? { '/var/cache/nginx/ztpserver': join(home, 'cache') } : {}),
      ...(sendfileFrom === undefined ? {} : { '#include': 'include' }),
      ...changes[conf],
    },
    ...(sendfileFrom === undefined
      ? {}
      : { 'sendfile.conf': { '/usr/share/ztpserver': sendfileFrom, ...changes['sendfile.conf'] } }),
  }
  return all
}

/** As Debian's, on other paths, with all that compresses turned on for the other sites. */
function mainConfiguration(home: string, site: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((each) => `  ${each}_temp_path ${home}/${each};\n`)
    .join('')
  return `${isRoot() ? `user ${WEB_USER};\n` : ''}worker_processes 2;
pid ${home}/pid;
error_log stderr warn;
worker_rlimit_nofile 16384;
events { worker_connections 4096; }
http {
  access_log off;
  gzip on;
  gzip_types *;
  gzip_proxied any;
  gzip_min_length 1;
  gzip_static always;
${temporary}  include ${home}/${site};
}
`
}
