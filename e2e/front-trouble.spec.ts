import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { curl } from './support/curl.ts'
import { FABRIC } from './support/fabric.ts'
import { startHaproxy } from './support/front-servers/haproxy.ts'
import { startNginx } from './support/front-servers/nginx.ts'
import { isRoot } from './support/front-servers/site.ts'
import {
  type Place,
  type Stand,
  type StandOptions,
  standBehind,
} from './support/front-servers/stand.ts'

const GUIDES = fileURLToPath(new URL('../docs/guides/', import.meta.url))
const LARGE = Buffer.alloc(70_000, 'large\n')
const FILES = { ...FABRIC, 'files/large': LARGE }

/** A line of a guide's last table, brought about. */
type Trouble = {
  readonly name: string
  readonly start: (place: Place) => ReturnType<typeof startNginx>
  readonly options?: Partial<StandOptions>
  /** What goes wrong before the request. */
  readonly happens?: (stand: Stand) => Promise<unknown>
  readonly asked?: string
  readonly status: number
  /** In the body. */
  readonly says?: string
  /** In the front server's log; the guide quotes it. */
  readonly logs?: string
  readonly onlyAsRoot?: boolean
}

const XACCEL = { by: 'unix', settings: { sendfile: 'x-accel-redirect' } } as const

const BAD_CHECK = 'Layer7 wrong status, code: 400'

const kill = ({ server }: Stand) => server().kill()
const hang = async ({ server }: Stand) => process.kill(server().pid, 'SIGSTOP')

const NGINX: readonly Trouble[] = [
  {
    name: 'no server',
    start: startNginx,
    happens: kill,
    status: 502,
    logs: 'connect() failed (111: Connection refused)',
  },
  {
    name: 'a unix socket that is not for nginx',
    start: startNginx,
    options: { by: 'unix', group: 'root' },
    status: 502,
    logs: 'failed (13: Permission denied)',
    onlyAsRoot: true,
  },
  {
    name: 'no unix socket',
    start: (place) => startNginx({ ...place, servers: ['unix:/nowhere/http.sock'] }),
    status: 502,
    logs: 'failed (2: No such file or directory)',
  },
  {
    name: 'a server that hangs',
    start: (place) =>
      startNginx({
        ...place,
        changes: { 'proxy.conf': { 'proxy_read_timeout 75s': 'proxy_read_timeout 1s' } },
      }),
    happens: hang,
    status: 504,
    logs: 'upstream timed out',
  },
  {
    name: 'paths that are not those of data_root',
    start: (place) => startNginx({ ...place, sendfileFrom: '/nowhere' }),
    options: XACCEL,
    asked: '/files/large',
    status: 404,
    says: '<center>nginx',
  },
  {
    name: 'sendfile.conf not included',
    start: startNginx,
    options: XACCEL,
    asked: '/files/large',
    status: 404,
    says: 'nothing is served at /ztpserver-data/',
  },
]

const HAPROXY: readonly Trouble[] = [
  { name: 'no server', start: startHaproxy, happens: kill, status: 503, logs: 'SC--' },
  {
    name: 'a path that is not for us',
    start: startHaproxy,
    options: { site: 'kept' },
    status: 503,
    logs: 'switches/<NOSRV>',
  },
  {
    name: 'a server that hangs',
    start: (place) =>
      startHaproxy({ ...place, changes: { 'timeout server 75s': 'timeout server 1s' } }),
    happens: hang,
    status: 504,
    logs: 'sH--',
  },
  {
    name: 'the PROXY protocol',
    start: (place) =>
      startHaproxy({
        ...place,
        servers: place.servers.map((each) => `${each} send-proxy-v2`),
      }),
    happens: ({ front }) => expect.poll(() => front.log()).toContain(BAD_CHECK),
    status: 503,
    logs: BAD_CHECK,
  },
]

describe.each([
  { page: 'nginx.md', troubles: NGINX },
  { page: 'haproxy.md', troubles: HAPROXY },
])('the troubles of $page', ({ page, troubles }) => {
  const forAll = troubles.filter(({ onlyAsRoot = false }) => !onlyAsRoot)
  const forRoot = troubles.filter(({ onlyAsRoot = false }) => onlyAsRoot)
  it.each(forAll)('$name', (trouble) => happensAsTold(trouble, page))
  it.skipIf(!isRoot()).each(forRoot)('$name (as root)', (trouble) => happensAsTold(trouble, page))
})

async function happensAsTold(trouble: Trouble, page: string): Promise<void> {
  const { start, options, happens, asked = '/bootstrap', status, says, logs } = trouble
  const stand = await standBehind(start, { files: FILES, ...options })
  await happens?.(stand)
  const answer = await curl(stand.front.url + asked)
  expect([answer.status, answer.body]).toEqual([status, expect.stringContaining(says ?? '')])
  if (logs === undefined) return
  await expect.poll(() => stand.front.log()).toContain(logs)
  expect(await readFile(join(GUIDES, page), 'utf8')).toContain(logs)
}
