import { randomBytes } from 'node:crypto'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../src/http/free-port.ts'
import { curl } from './support/curl.ts'
import { type DataRoot, makeDataRoot, writeFiles } from './support/data-root.ts'
import { FABRIC } from './support/fabric.ts'
import { AS_ROOT } from './support/front-servers/apache.ts'
import { type BehindApache, PASSENGER, PROXY } from './support/front-servers/apache-ways.ts'
import { rawRequest } from './support/raw-request.ts'

const IMAGE = randomBytes(3 * 1024 * 1024)
/** A name that has to be encoded, in a folder too. */
const NAME = 'images of 100%/EOS 4.33?#ä.swi'
const PATH = `/files/${NAME.split('/').map(encodeURIComponent).join('/')}`

const FILES = { ...FABRIC, [`files/${NAME}`]: IMAGE, 'files/small': 'small\n' }

describe.each([...PASSENGER.slice(0, 2), ...PROXY])('mod_xsendfile, $name', (way) => {
  let data: DataRoot
  let behind: BehindApache

  beforeAll(async () => {
    data = await makeDataRoot(FILES)
    behind = await way.start(data.path, {
      settings: { server: { sendfile: 'x-sendfile' } },
      modules: ['xsendfile'],
    })
  })

  afterAll(async () => {
    await behind?.stop()
    await data.remove()
  })

  const ask = (headers: Readonly<Record<string, string>> = {}, method = 'GET', path = PATH) =>
    rawRequest({ port: behind.port, method, target: `${way.path}${path}`, headers })

  it('sends the bytes of a large file, and says nothing of where it lies', async () => {
    const { status, headers, body } = await ask({ 'accept-encoding': 'gzip' })
    expect([status, body.equals(IMAGE)]).toEqual([200, true])
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/plain; charset=UTF-8',
      'content-length': String(IMAGE.length),
      'accept-ranges': 'bytes',
      etag: (await ask({}, 'HEAD')).headers.get('etag'),
    })
    expect([...headers.keys()].filter((name) => name.startsWith('x-sendfile'))).toEqual([])
  })

  it('answers HEAD, ranges and conditions', async () => {
    const whole = await ask({}, 'HEAD')
    expect([whole.status, whole.headers.get('content-length'), whole.body.length]).toEqual([
      200,
      String(IMAGE.length),
      0,
    ])
    const etag = whole.headers.get('etag') ?? ''
    const part = await ask({ range: 'bytes=1000000-1999999', 'if-range': etag })
    expect([part.status, part.headers.get('content-range')]).toEqual([
      206,
      `bytes 1000000-1999999/${IMAGE.length}`,
    ])
    expect(part.body.equals(IMAGE.subarray(1_000_000, 2_000_000))).toBe(true)
    const rest = await ask({ range: 'bytes=3000000-' })
    expect(rest.body.equals(IMAGE.subarray(3_000_000))).toBe(true)
    expect((await ask({ 'if-none-match': etag })).status).toBe(304)
    expect((await ask({ 'if-none-match': '"other"' })).status).toBe(200)
    expect((await ask({ range: `bytes=${IMAGE.length}-` })).status).toBe(416)
    expect((await ask({ range: 'bytes=0-9', 'if-range': '"other"' })).status).toBe(200)
  })

  it('is what sends them: where it is off, there is only the header of the server', async () => {
    const { port, stop } = await way.start(data.path, {
      settings: { server: { sendfile: 'x-sendfile' } },
      modules: ['xsendfile'],
      here: { 'XSendFile on': 'XSendFile off' },
    })
    const { headers, body } = await rawRequest({ port, target: `${way.path}${PATH}` })
    const path = Buffer.from(headers.get('x-sendfile') ?? '', 'latin1').toString()
    expect([path, body.length]).toEqual([join(data.path, 'files', NAME), 0])
    await stop()
  })

  it('lets the server send what is small, and refuse what is not there', async () => {
    const small = await ask({}, 'GET', '/files/small')
    expect([small.status, small.body.toString()]).toEqual([200, 'small\n'])
    const missing = await ask({}, 'GET', '/files/missing')
    expect([missing.status, missing.body.toString()]).toEqual([
      404,
      'there is no file files/missing\n',
    ])
  })

  it('takes no orders from the client', async () => {
    const order = { 'x-sendfile': '/etc/passwd', 'x-sendfile-temporary': '/etc/passwd' }
    const { status, body } = await ask(order, 'GET', '/files/small')
    expect([status, body.toString()]).toEqual([200, 'small\n'])
  })
})

describe('the server with sendfile = x-sendfile', () => {
  let data: DataRoot
  let behind: BehindApache
  let direct: number

  beforeAll(async () => {
    data = await makeDataRoot(FILES)
    direct = await freePort()
    const [way] = PROXY
    behind = await (way ?? expect.fail()).start(data.path, {
      settings: { server: { sendfile: 'x-sendfile', port: direct } },
      modules: ['xsendfile'],
      tcpToo: true,
    })
  })

  afterAll(async () => {
    await behind?.stop()
    await data.remove()
  })

  it.each<Record<string, string>>([
    {},
    { 'x-forwarded-for': '127.0.0.1' },
    { 'x-forwarded-for': 'unix' },
    { 'x-sendfile': '/etc/passwd' },
  ])('sends the bytes itself to whoever comes past Apache with %j', async (headers) => {
    const {
      status,
      headers: answer,
      body,
    } = await rawRequest({
      port: direct,
      target: PATH,
      headers,
    })
    expect([status, answer.get('x-sendfile'), body.equals(IMAGE)]).toEqual([200, undefined, true])
  })

  it.skipIf(!AS_ROOT)('says in the log what Apache may not read', async () => {
    await writeFiles(data.path, { 'files/secret.swi': IMAGE })
    await chmod(join(data.path, 'files/secret.swi'), 0o600)
    const { status } = await curl(`${behind.serverUrl}/files/secret.swi`)
    expect(status).toBe(404)
    expect(behind.log()).toMatch(/xsendfile: cannot open file: .*secret\.swi/)
  })

  it('is not given what lies outside the folders that Apache may send', async () => {
    await writeFile(join(data.path, 'secret'), IMAGE)
    const { status } = await curl('--path-as-is', `${behind.serverUrl}/files/..%2fsecret`)
    expect(status).toBe(404)
  })
})
