import { randomBytes } from 'node:crypto'
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { curl } from './support/curl.ts'
import { FABRIC } from './support/fabric.ts'
import { startNginx } from './support/front-servers/nginx.ts'
import { isRoot, pathOf, SITES } from './support/front-servers/site.ts'
import { type Place, type Stand, standBehind } from './support/front-servers/stand.ts'
import { rawRequest } from './support/raw-request.ts'

const IMAGE = randomBytes(3 * 1024 * 1024)
const NAME = 'images/EOS 4.33%25#?.swi'
const PATH = '/files/images/EOS%204.33%2525%23%3F.swi'
/** As nginx makes them: time and size in hexadecimal. */
const ETAG = /^"[0-9a-f]+-300000"$/

function startSending({ dataRoot, ...place }: Place) {
  return startNginx({ ...place, sendfileFrom: dataRoot })
}

function stand(site: Place['site'] = 'root'): Promise<Stand> {
  return standBehind(startSending, {
    files: { ...FABRIC, [`files/${NAME}`]: IMAGE, [`files/${NAME}.gz`]: 'not this' },
    site,
    by: 'unix',
    settings: { sendfile: 'x-accel-redirect' },
  })
}

type Headers = Readonly<Record<string, string>>

function ask({ serverUrl }: Stand, target: string, headers: Headers = {}, method = 'GET') {
  const { port, pathname } = new URL(serverUrl)
  const path = pathname.replace(/\/$/, '') + target
  return rawRequest({ port: Number(port), target: path, headers, method })
}

describe('nginx with sendfile = x-accel-redirect', () => {
  it.each(SITES)('sends large files itself, whatever their names, the prefix %s', async (site) => {
    const behind = await stand(site)
    const { status, headers, body } = await ask(behind, PATH, { 'accept-encoding': 'gzip' })
    expect([status, body.equals(IMAGE)]).toEqual([200, true])
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/plain; charset=UTF-8',
      'content-length': String(IMAGE.length),
      'accept-ranges': 'bytes',
      etag: expect.stringMatching(ETAG),
    })
    expect(headers.get('content-encoding')).toBeUndefined()
    await behind.server().logs(` GET ${site === 'kept' ? pathOf(site) : ''}${PATH} 200 `)
  })

  it('answers HEAD, ranges and conditions', async () => {
    const behind = await stand()
    const whole = await ask(behind, PATH, {}, 'HEAD')
    expect([whole.status, whole.headers.get('content-length')]).toEqual([200, '3145728'])
    const etag = whole.headers.get('etag') ?? ''
    const range = await ask(behind, PATH, { range: 'bytes=1000-1999', 'if-range': etag })
    expect([range.status, range.headers.get('content-range')]).toEqual([
      206,
      'bytes 1000-1999/3145728',
    ])
    expect(range.body.equals(IMAGE.subarray(1000, 2000))).toBe(true)
    expect((await ask(behind, PATH, { 'if-none-match': etag })).status).toBe(304)
    expect((await ask(behind, PATH, { range: 'bytes=3145728-' })).status).toBe(416)
    const changed = await ask(behind, PATH, { range: 'bytes=5-', 'if-range': '"old"' })
    expect([changed.status, changed.body.equals(IMAGE)]).toEqual([200, true])
  })

  it('leaves to the server what is small and what is not there', async () => {
    const behind = await stand()
    const small = await ask(behind, '/files/base.template')
    expect([small.status, String(small.body)]).toEqual([200, 'hostname $name\n'])
    const missing = await ask(behind, '/files/none')
    expect([missing.status, String(missing.body)]).toEqual([
      404,
      expect.stringContaining('there is no file files/none'),
    ])
  })

  it('lets nobody in from outside', async () => {
    const behind = await stand()
    const inside = PATH.replace('/files/', '/ztpserver-data/files/')
    for (const target of [inside, '/ztpserver-data/nodes/README', `/x/..${inside}`]) {
      expect([target, (await ask(behind, target)).status]).toEqual([target, 404])
    }
  })

  it('is told a path, and whoever comes past nginx gets the bytes', async () => {
    const behind = await stand()
    const socket = behind.address.replace('unix:', '')
    const { body } = await curl('-i', '--unix-socket', socket, `http://any${PATH}`)
    expect(body).toContain(`x-accel-redirect: /ztpserver-data${PATH}`)
    const port = behind.server().port
    const past = await rawRequest({ port, target: PATH })
    expect([past.status, past.body.equals(IMAGE)]).toEqual([200, true])
  })

  it.skipIf(!isRoot())('says in its log when it may not read a file (as root)', async () => {
    const behind = await stand()
    await chmod(join(behind.dataRoot, 'files', NAME), 0o600)
    expect((await ask(behind, PATH)).status).toBe(403)
    await expect
      .poll(() => behind.front.log())
      .toMatch(/open\(\) ".*EOS 4\.33.*" failed \(13: Permission denied\)/)
  })
})
