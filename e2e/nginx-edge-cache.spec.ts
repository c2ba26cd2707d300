import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { stat, utimes, writeFile } from 'node:fs/promises'
import { createServer, get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freePort } from '../src/http/free-port.ts'
import { curl } from './support/curl.ts'
import { startCuttingProxy } from './support/cutting-proxy.ts'
import { makeDataRoot } from './support/data-root.ts'
import { FABRIC } from './support/fabric.ts'
import { startNginx } from './support/front-servers/nginx.ts'
import { type Place, type Stand, standBehind } from './support/front-servers/stand.ts'
import { rawRequest } from './support/raw-request.ts'
import { startServer } from './support/server.ts'

const SLICE = 4 * 1024 * 1024
/** A whole part and a bit. */
const IMAGE = randomBytes(SLICE + 1000)
const SWITCHES = 500
const NAME = 'images/EOS 4.33%25.swi'
const PATH = '/files/images/EOS%204.33%2525.swi'

function startEdge({ port, servers }: Pick<Place, 'port' | 'servers'>) {
  return startNginx({ site: 'edge-cache', port, servers })
}

/** An edge, and the nginx of the server's machine, which sends the files. */
async function startChain({ port, servers, dataRoot }: Place) {
  const middle = await freePort()
  const stated = 'X-Forwarded-For $remote_addr'
  const near = await startNginx({
    site: 'root',
    port: middle,
    servers,
    sendfileFrom: dataRoot,
    changes: { 'proxy.conf': { [stated]: 'X-Forwarded-For $proxy_add_x_forwarded_for' } },
  })
  onTestFinished(() => near.stop())
  return startEdge({ port, servers: [`127.0.0.1:${middle}`] })
}

function stand(): Promise<Stand> {
  const files = { ...FABRIC, [`files/${NAME}`]: IMAGE, 'files/empty': '' }
  return standBehind(startEdge, { files })
}

async function ask({ serverUrl }: Stand, target: string, headers: Record<string, string> = {}) {
  const answer = await rawRequest({ port: Number(new URL(serverUrl).port), target, headers })
  return { ...answer, cache: answer.headers.get('x-cache') }
}

let marks = 0

/** How often our server was asked for the bytes, or a part of them. */
async function fetches(edge: Stand): Promise<number> {
  // Lines come in the order of the answers, a moment after them.
  marks += 1
  const mark = `/bootstrap?mark=${marks}`
  await ask(edge, mark)
  const { log, logs } = edge.server()
  await logs(`GET ${mark} 200`)
  return log().match(/ GET \/files\/\S+ 20[06] /g)?.length ?? 0
}

/** One switch downloads. @returns whether it got the image */
async function downloads(url: string): Promise<boolean> {
  const [answer]: IncomingMessage[] = await once(get(url, { agent: false }), 'response')
  let [at, right] = [0, answer?.statusCode === 200]
  for await (const chunk of answer ?? []) {
    right &&= IMAGE.subarray(at, at + chunk.length).equals(chunk)
    at += chunk.length
  }
  return right && at === IMAGE.length
}

describe('the edge cache', () => {
  it('asks for the bytes once, and then only whether they are still the same', async () => {
    const edge = await stand()
    const first = await ask(edge, PATH)
    expect([first.status, first.cache, first.body.equals(IMAGE)]).toEqual([200, 'MISS', true])
    expect(first.headers.get('content-type')).toBe('text/plain; charset=UTF-8')
    expect(first.headers.get('content-length')).toBe(String(IMAGE.length))
    const before = await fetches(edge)
    const second = await ask(edge, PATH, { 'accept-encoding': 'gzip' })
    expect([second.status, second.cache, second.body.equals(IMAGE)]).toEqual([200, 'HIT', true])
    expect(second.headers.get('content-encoding')).toBeUndefined()
    await edge.server().logs(/( HEAD \/files\/\S+ 200 .*){2}/s)
    expect([before, await fetches(edge)]).toEqual([2, 2])
  })

  it('fetches one part at a time for any number of switches', async () => {
    const edge = await stand()
    const all = Array.from({ length: SWITCHES }, () => downloads(edge.serverUrl + PATH))
    expect((await Promise.all(all)).filter((right) => right).length).toBe(SWITCHES)
    expect(await fetches(edge)).toBe(2)
  })

  it('serves a changed file from the next request on, and an older version again', async () => {
    const edge = await stand()
    const path = join(edge.dataRoot, 'files', NAME)
    const { mtime } = await stat(path)
    expect((await ask(edge, PATH)).body.equals(IMAGE)).toBe(true)
    // As long as before, so that only the time says that it is another.
    const changed = randomBytes(IMAGE.length)
    await writeFile(path, changed)
    const next = await ask(edge, PATH)
    expect([next.cache, next.body.equals(changed)]).toEqual(['MISS', true])
    await writeFile(path, IMAGE)
    await utimes(path, mtime, mtime)
    const older = await ask(edge, PATH)
    expect([older.cache, older.body.equals(IMAGE)]).toEqual(['HIT', true])
  })

  it('answers ranges and conditions from what it has', async () => {
    const edge = await stand()
    const whole = await ask(edge, PATH)
    const etag = whole.headers.get('etag') ?? ''
    const modified = whole.headers.get('last-modified') ?? ''
    const before = await fetches(edge)
    const across = await ask(edge, PATH, {
      range: `bytes=${SLICE - 5}-${SLICE + 4}`,
      'if-range': modified,
    })
    expect([across.status, across.headers.get('content-range')]).toEqual([
      206,
      `bytes ${SLICE - 5}-${SLICE + 4}/${IMAGE.length}`,
    ])
    expect(across.body.equals(IMAGE.subarray(SLICE - 5, SLICE + 5))).toBe(true)
    const rest = await ask(edge, PATH, { range: `bytes=${SLICE}-`, 'if-range': modified })
    expect([rest.status, rest.body.equals(IMAGE.subarray(SLICE))]).toEqual([206, true])
    expect((await ask(edge, PATH, { 'if-none-match': etag })).status).toBe(304)
    expect((await ask(edge, PATH, { range: `bytes=${IMAGE.length}-` })).status).toBe(416)
    expect(await fetches(edge)).toBe(before)
  })

  it('fetches for a range only the parts that it touches', async () => {
    const edge = await stand()
    const { status, body } = await ask(edge, PATH, { range: `bytes=${SLICE}-${SLICE}` })
    expect([status, body.equals(IMAGE.subarray(SLICE, SLICE + 1))]).toEqual([206, true])
    expect(await fetches(edge)).toBe(1)
  })

  it('passes on what is no file, and what is empty', async () => {
    const edge = await stand()
    const missing = await ask(edge, '/files/none')
    expect([missing.status, String(missing.body)]).toEqual([
      404,
      expect.stringContaining('there is no file files/none'),
    ])
    const empty = await ask(edge, '/files/empty')
    expect([empty.status, empty.headers.get('content-length')]).toEqual([200, '0'])
  })

  it('serves nothing while the server is away, since it might have changed', async () => {
    const edge = await stand()
    expect((await ask(edge, PATH)).status).toBe(200)
    await edge.server().kill()
    expect((await ask(edge, PATH)).status).toBe(502)
    await edge.startAgain()
    expect((await ask(edge, PATH)).cache).toBe('HIT')
  })

  it('stands before an nginx that sends the files, and the switch is known all the same', async () => {
    const edge = await standBehind(startChain, {
      files: { ...FABRIC, [`files/${NAME}`]: IMAGE },
      by: 'unix',
      settings: { sendfile: 'x-accel-redirect', trusted_proxies: 'unix, 127.0.0.1' },
    })
    const first = await ask(edge, PATH)
    expect([first.status, first.cache, first.body.equals(IMAGE)]).toEqual([200, 'MISS', true])
    const second = await ask(edge, PATH, { range: `bytes=${SLICE - 1}-${SLICE}` })
    expect([second.cache, second.body.equals(IMAGE.subarray(SLICE - 1, SLICE + 1))]).toEqual([
      'HIT',
      true,
    ])
    const address = ['--interface', '127.0.0.9']
    expect((await curl(...address, `${edge.serverUrl}/bootstrap`)).status).toBe(200)
    await edge.server().logs('127.0.0.9 GET /bootstrap 200')
  })

  it('ends an answer too short of which a part broke off, and keeps the parts that are whole', async () => {
    const content = randomBytes(2 * SLICE + 1000)
    const data = await makeDataRoot({ ...FABRIC, 'files/image': content })
    onTestFinished(() => data.remove())
    const server = await startServer({ dataRoot: data.path })
    onTestFinished(() => server.kill())
    const line = await startCuttingProxy()
    onTestFinished(() => line.close())
    line.forwardTo(server.port)
    const port = await freePort()
    const edge = await startNginx({
      site: 'edge-cache',
      port,
      servers: [new URL(line.url).host],
      // One request for each connection, as the line has it.
      changes: {
        'proxy.conf': { 'proxy_set_header Connection "";': 'proxy_set_header Connection close;' },
      },
    })
    onTestFinished(() => edge.stop())
    const sound = { kind: 'cut', after: Number.POSITIVE_INFINITY } as const
    line.spoil('/files/image', [sound, { kind: 'cut', after: 1_000_000 }])
    const broken = await rawRequest({ port, target: '/files/image' })
    expect(broken.status).toBe(200)
    expect(broken.headers.get('content-length')).toBe(String(content.length))
    expect(broken.body.length).toBeLessThan(content.length)
    line.spoil('/files/image', [])
    const again = await rawRequest({ port, target: '/files/image' })
    expect([again.status, again.body.equals(content)]).toEqual([200, true])
    const asked = line.asked('GET /files/image').map(({ range }) => range)
    expect(asked).toEqual([`bytes=${SLICE}-${2 * SLICE - 1}`])
  })

  it('does not keep what changed between the question and the answer', async () => {
    const port = await freePort()
    const edge = await startEdge({ port, servers: [await changingFile()] })
    onTestFinished(() => edge.stop())
    const seen: unknown[] = []
    for (const _turn of [1, 2, 3]) {
      const { headers, body } = await rawRequest({ port, target: '/files/image' })
      seen.push([headers.get('x-cache'), String(body)])
    }
    // What came first was not kept as the version that it had been asked for.
    expect(seen).toEqual([
      ['MISS', 'version 2'],
      ['MISS', 'version 1'],
      ['HIT', 'version 1'],
    ])
  })
})

/** A server whose file is another one for a moment, after the first HEAD. @returns its address */
async function changingFile(): Promise<string> {
  let gets = 0
  const server = createServer(({ method }, response) => {
    if (method !== 'HEAD') gets += 1
    const version = method !== 'HEAD' && gets === 1 ? 2 : 1
    const bytes = `version ${version}`
    response.setHeader('etag', `"${version}"`)
    response.setHeader('content-length', bytes.length)
    if (method !== 'HEAD') {
      response.statusCode = 206
      response.setHeader('content-range', `bytes 0-${bytes.length - 1}/${bytes.length}`)
    }
    response.end(bytes)
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('it listens nowhere')
  return `127.0.0.1:${address.port}`
}
