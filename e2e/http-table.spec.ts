import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DataRoot, makeDataRoot, writeFiles } from './support/data-root.ts'
import { FABRIC, leafReport, postNode } from './support/fabric.ts'
import { type RawRequest, rawRequest } from './support/raw-request.ts'
import { startServer, type TestServer } from './support/server.ts'

const HTML = 'text/html; charset=UTF-8'
const PYTHON = 'text/x-python; charset=UTF-8'
const TEXT = 'text/plain; charset=UTF-8'
const SCRIPT =
  '#!/usr/bin/env python\nA = "$SERVER"\nB = "${SERVER}/x"\nC = "$SERVER_NAME $SERVERS"\n'
const BODY = Buffer.from('0123456789'.repeat(1000))

let data: DataRoot
let server: TestServer

beforeAll(async () => {
  data = await makeDataRoot({
    ...FABRIC,
    'bootstrap/bootstrap': SCRIPT,
    'bootstrap/bootstrap.conf': 'logging:\n  - destination: 192.0.2.9:514\n    level: INFO\n',
    'files/deep/er/data.bin': BODY,
    'files/empty': '',
    'files/with space?#%.txt': 'odd name',
    'nodes/STATIC1/startup-config': 'hostname static1\n',
    'nodes/EMPTY1/README': 'nothing here yet\n',
  })
  server = await startServer({ dataRoot: data.path, serverPath: '/ztpserver' })
})

afterAll(async () => {
  expect(await server.stop()).toBe(0)
  await data.remove()
})

function ask(target: string, more: Omit<RawRequest, 'port' | 'target'> = {}) {
  return rawRequest({ port: server.port, target, ...more })
}

function post(report: unknown) {
  return ask('/nodes', { method: 'POST', body: JSON.stringify(report) })
}

describe.each(['', '/ztpserver'])('with the path prefix %j', (prefix) => {
  it('GET /bootstrap: 200, the script with server_url in place of $SERVER', async () => {
    const answer = await ask(`${prefix}/bootstrap`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe(PYTHON)
    const serverUrl = `${server.url}/ztpserver`
    expect(answer.body.toString()).toBe(
      SCRIPT.replace('$SERVER"', `${serverUrl}"`).replace('${SERVER}', serverUrl),
    )
    expect(answer.headers.get('content-length')).toBe(String(answer.body.length))
  })

  it('GET /bootstrap/config: 200 JSON with both keys', async () => {
    const answer = await ask(`${prefix}/bootstrap/config`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(JSON.parse(answer.body.toString())).toEqual({
      logging: [{ destination: '192.0.2.9:514', level: 'INFO' }],
      xmpp: {},
    })
  })

  it('POST /nodes: 201 with Location, then 409 with Location', async () => {
    const id = `POST${prefix.length}`
    const created = await ask(`${prefix}/nodes`, {
      method: 'POST',
      body: JSON.stringify(leafReport(id)),
    })
    expect([created.status, created.body.length]).toEqual([201, 0])
    expect(created.headers.get('location')).toBe(`${server.url}/ztpserver/nodes/${id}`)
    expect(created.headers.get('content-type')).toBe(HTML)
    expect(created.headers.get('content-length')).toBe('0')
    const again = await post(leafReport(id))
    expect([again.status, again.body.length]).toEqual([409, 0])
    expect(again.headers.get('location')).toBe(`${server.url}/ztpserver/nodes/${id}`)
    expect(again.headers.get('content-type')).toBe(HTML)
  })

  it('GET /actions/NAME: 200', async () => {
    const answer = await ask(`${prefix}/actions/add_config`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe(PYTHON)
    expect(answer.body.toString()).toBe(FABRIC['actions/add_config'])
  })

  it('GET /files/PATH: 200, whole', async () => {
    const answer = await ask(`${prefix}/files/deep/er/data.bin`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe(TEXT)
    expect(answer.headers.get('content-length')).toBe(String(BODY.length))
    expect(answer.headers.get('accept-ranges')).toBe('bytes')
    expect(answer.body.equals(BODY)).toBe(true)
  })
})

describe('GET /nodes/ID', () => {
  it('200 JSON: the definition, resolved', async () => {
    await post(leafReport('DEF1'))
    const answer = await ask('/nodes/DEF1')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/json')
    const definition = JSON.parse(answer.body.toString())
    expect(definition.attributes).toEqual({ dns: '192.0.2.1' })
    expect(definition.actions[0].attributes.variables.dns).toBe('192.0.2.1')
    expect(definition.actions[0].attributes.variables.ip).toMatch(/^192\.0\.2\.1[01]\/24$/)
  })

  it('200: the generated definition of a static node', async () => {
    expect((await post(leafReport('STATIC1'))).status).toBe(409)
    await writeFiles(data.path, { 'nodes/STATIC1/pattern': 'interfaces:\n  - any: any:any\n' })
    const { body, status } = await ask('/nodes/STATIC1')
    expect(status).toBe(200)
    expect(JSON.parse(body.toString())).toEqual({
      name: 'Autogenerated definition',
      actions: [
        {
          name: 'install static startup-config file',
          action: 'replace_config',
          always_execute: true,
          attributes: { url: `${server.url}/ztpserver/nodes/STATIC1/startup-config` },
        },
      ],
    })
  })

  it.each([
    ['an unknown node', '/nodes/NOBODY', /not known/],
    ['an unsafe id', '/nodes/%2e%2e', /not a node id/],
    ['a folder without .node', '/nodes/EMPTY1', /\.node/],
  ])('400 for %s', async (_name, target, reason) => {
    const answer = await ask(target)
    expect(answer.status).toBe(400)
    expect(answer.headers.get('content-type')).toBe(HTML)
    expect(answer.body.toString()).toMatch(reason)
  })

  it('400 for a node that is cabled otherwise now', async () => {
    await post(leafReport('MOVED1'))
    await post(leafReport('MOVED1', { neighbors: { Ethernet1: [{ device: 'x', port: 'y' }] } }))
    const answer = await ask('/nodes/MOVED1')
    expect(answer.status).toBe(400)
    expect(answer.body.toString()).toMatch(/expected.*spine1.*saw.*x/)
    await server.logs(/MOVED1: node failed pattern validation \(leaf\)/)
  })
})

describe('POST /nodes', () => {
  const neighbors = (entry: unknown) => ({ serialnumber: 'N1', neighbors: { Ethernet1: [entry] } })
  it.each<readonly [string, string, RegExp]>([
    ['invalid JSON', '{"serialnumber": ', /JSON/],
    ['not an object', '[1]', /object/],
    ['null', 'null', /object/],
    ['no identifier', '{"systemmac": "001c73000001"}', /serialnumber/],
    ['an empty identifier', '{"serialnumber": ""}', /serialnumber/],
    ['an unsafe id', '{"serialnumber": "../../x"}', /\.\.\/\.\.\/x/],
    ['a neighbour without a port', JSON.stringify(neighbors({ device: 'x' })), /port/],
    ['a neighbour without a device', JSON.stringify(neighbors({ port: 'x' })), /device/],
    ['a body nested too deeply', `{"serialnumber":"A","x":${'['.repeat(5000)}`, /nested/],
    ['an empty body', '', /JSON/],
  ])('400 for %s, with the reason in the log', async (_name, body, reason) => {
    const answer = await ask('/nodes', { method: 'POST', body })
    expect(answer.status).toBe(400)
    expect(answer.headers.get('content-type')).toBe(HTML)
    expect(answer.body.toString()).toMatch(reason)
    await server.logs(reason)
  })

  it('400 for a node that no pattern matches, with the reason of each pattern', async () => {
    const answer = await post(
      leafReport('STRAY1', { neighbors: { Ethernet1: [{ device: 'spine9', port: 'e1' }] } }),
    )
    expect(answer.status).toBe(400)
    await server.logs(/STRAY1: node matched no patterns in neighbordb/)
    await server.logs(/STRAY1: .*leaf.*Ethernet1: expected device spine1, saw spine9/)
  })

  it('400 for a folder without definition or startup-config', async () => {
    expect((await post(leafReport('EMPTY1'))).status).toBe(400)
    await server.logs(
      /EMPTY1: node found on server, but no definition or startup-config configured/,
    )
  })

  it('201 for a node that brings its configuration', async () => {
    const created = await post({ serialnumber: 'CONF1', config: 'hostname é\n' })
    expect(created.status).toBe(201)
    expect(await readFile(join(data.path, 'nodes/CONF1/startup-config'), 'utf8')).toBe(
      'hostname é\n',
    )
  })

  it('413 over the limit', async () => {
    const body = JSON.stringify({ serialnumber: 'BIG1', x: 'x'.repeat(1024 * 1024) })
    const answer = await ask('/nodes', { method: 'POST', body })
    expect(answer.status).toBe(413)
    expect(answer.headers.get('content-type')).toBe(HTML)
  })
})

describe('startup-config', () => {
  it('PUT: 201, then 200; GET: 200, byte for byte', async () => {
    await post({ serialnumber: 'SAVE1', config: 'x' })
    await postNode(server.url, leafReport('SAVE2'))
    const body = Buffer.from([0, 255, 13, 10, 128])
    const target = '/nodes/SAVE2/startup-config'
    const headers = { 'content-type': 'text/x;; odd' }
    expect((await ask(target, { method: 'PUT', body, headers })).status).toBe(201)
    expect((await ask(target, { method: 'PUT', body: 'second' })).status).toBe(200)
    expect((await ask(target, { method: 'PUT', body })).status).toBe(200)
    const answer = await ask(target)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe(TEXT)
    expect(answer.body.equals(body)).toBe(true)
    await server.logs(/SAVE2: Startup-config saved for SAVE2 \(/)
  })

  it.each([
    ['an unknown node', '/nodes/NOBODY/startup-config', 'x', 400],
    ['an unsafe id', '/nodes/..%2f..%2fx/startup-config', 'x', 400],
    ['an empty body', '/nodes/STATIC1/startup-config', '', 400],
    ['more than 10 MiB', '/nodes/STATIC1/startup-config', 'x'.repeat(10 * 1024 * 1024 + 1), 413],
  ])('PUT: refused for %s', async (_name, target, body, status) => {
    const answer = await ask(target, { method: 'PUT', body })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe(HTML)
  })

  it('GET: 400 where there is none', async () => {
    await post(leafReport('NONE1'))
    expect((await ask('/nodes/NONE1/startup-config')).status).toBe(400)
    expect((await ask('/nodes/NOBODY/startup-config')).status).toBe(400)
  })
})

describe('POST /nodes/ID/events', () => {
  const event = JSON.stringify({ stage: 'action', status: 'started', action: 'add_config' })

  it('204 for a known node', async () => {
    await post(leafReport('EVENT1'))
    const answer = await ask('/nodes/EVENT1/events', { method: 'POST', body: event })
    expect(answer.status).toBe(204)
    await server.logs(/EVENT1: .*add_config.*started|EVENT1: .*started.*add_config/)
  })

  it.each([
    ['an unknown node', '/nodes/NOBODY/events', event, 400],
    ['not JSON', '/nodes/STATIC1/events', '{', 400],
    ['no stage', '/nodes/STATIC1/events', '{"status": "x"}', 400],
    ['over the limit', '/nodes/STATIC1/events', `"${'x'.repeat(64 * 1024)}"`, 413],
  ])('refused for %s', async (_name, target, body, status) => {
    expect((await ask(target, { method: 'POST', body })).status).toBe(status)
  })
})

describe('GET /files and /actions', () => {
  it.each([
    ['bytes=0-9', 206, `bytes 0-9/${BODY.length}`, 10],
    ['bytes=9990-', 206, `bytes 9990-9999/${BODY.length}`, 10],
    ['bytes=-5', 206, `bytes 9995-9999/${BODY.length}`, 5],
    ['bytes=5-20000', 206, `bytes 5-9999/${BODY.length}`, 9995],
  ])('Range %s', async (range, status, contentRange, length) => {
    const answer = await ask('/files/deep/er/data.bin', { headers: { range } })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-range')).toBe(contentRange)
    expect(answer.body.length).toBe(length)
    expect(answer.headers.get('content-length')).toBe(String(length))
  })

  it('416 for a range outside', async () => {
    const answer = await ask('/files/deep/er/data.bin', { headers: { range: 'bytes=10000-' } })
    expect(answer.status).toBe(416)
    expect(answer.headers.get('content-range')).toBe(`bytes */${BODY.length}`)
    expect(answer.headers.get('content-type')).toBe(HTML)
  })

  it('304 for a conditional request, by ETag and by time', async () => {
    const first = await ask('/files/deep/er/data.bin')
    const etag = first.headers.get('etag') ?? ''
    const modified = first.headers.get('last-modified') ?? ''
    for (const headers of [{ 'if-none-match': etag }, { 'if-modified-since': modified }]) {
      const answer = await ask('/files/deep/er/data.bin', { headers })
      expect([answer.status, answer.body.length]).toEqual([304, 0])
    }
    const resumed = await ask('/files/deep/er/data.bin', {
      headers: { range: 'bytes=9999-', 'if-range': etag },
    })
    expect([resumed.status, resumed.body.toString()]).toEqual([206, '9'])
    const changed = await ask('/files/deep/er/data.bin', {
      headers: { range: 'bytes=9999-', 'if-range': '"other"' },
    })
    expect([changed.status, changed.body.length]).toEqual([200, BODY.length])
  })

  it('serves an empty file and an odd name', async () => {
    const empty = await ask('/files/empty')
    expect([empty.status, empty.headers.get('content-length')]).toEqual([200, '0'])
    const odd = await ask('/files/with%20space%3F%23%25.txt')
    expect([odd.status, odd.body.toString()]).toEqual([200, 'odd name'])
  })

  it('never compresses', async () => {
    const answer = await ask('/files/deep/er/data.bin', { headers: { 'accept-encoding': 'gzip' } })
    expect(answer.headers.get('content-encoding')).toBeUndefined()
  })

  it.each([
    '/files/nothing',
    '/files/deep',
    '/files/deep/',
    '/files/',
    '/files',
    '/actions/nothing',
    '/actions/',
    '/files/../neighbordb',
    '/files/../../../../etc/passwd',
    '/files/%2e%2e/neighbordb',
    '/files/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
    '/files/..%2fneighbordb',
    '/files/%2fetc%2fpasswd',
    '/files//etc/passwd',
    '/files/deep/../../neighbordb',
    '/files/deep%5c..%5cneighbordb',
    '/files/empty%00',
    '/files/%zz',
    '/files/%252e%252e/neighbordb',
    '/actions/../neighbordb',
    '/meta/files/../neighbordb',
    '/meta/nodes/%2e%2e/neighbordb',
    '/nothing',
    '/',
  ])('404 for %s', async (target) => {
    const answer = await ask(target)
    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-type')).toBe(HTML)
    expect(answer.body.toString()).not.toMatch(/patterns:|root:/)
  })
})

describe('GET /meta', () => {
  it.each(['files/deep/er/data.bin', 'actions/add_config', 'nodes/STATIC1/startup-config'])(
    '200 for %s',
    async (path) => {
      const bytes = await readFile(join(data.path, path))
      const answer = await ask(`/meta/${path}`)
      expect(answer.status).toBe(200)
      expect(answer.headers.get('content-type')).toBe('application/json')
      expect(JSON.parse(answer.body.toString())).toEqual({
        size: bytes.length,
        sha1: createHash('sha1').update(bytes).digest('hex'),
        sha256: createHash('sha256').update(bytes).digest('hex'),
      })
    },
  )

  it('follows a change of the file at once', async () => {
    await writeFiles(data.path, { 'files/changing': 'one' })
    const one = await ask('/meta/files/changing')
    await writeFiles(data.path, { 'files/changing': 'two' })
    const two = await ask('/meta/files/changing')
    const sha1 = createHash('sha1').update('two').digest('hex')
    expect(JSON.parse(two.body.toString()).sha1).toBe(sha1)
    expect(one.body.equals(two.body)).toBe(false)
  })

  it.each(['/meta/files/nothing', '/meta/files/deep', '/meta/other/x'])(
    '404 for %s',
    async (target) => {
      expect((await ask(target)).status).toBe(404)
    },
  )
})

describe('methods', () => {
  it.each([
    '/bootstrap',
    '/bootstrap/config',
    '/nodes/STATIC1/startup-config',
    '/actions/add_config',
    '/files/deep/er/data.bin',
    '/meta/files/empty',
  ])('HEAD %s has the headers of GET and no body', async (target) => {
    const [get, head] = [await ask(target), await ask(target, { method: 'HEAD' })]
    expect([head.status, head.body.length]).toEqual([200, 0])
    for (const name of ['content-type', 'content-length', 'etag', 'accept-ranges']) {
      expect([name, head.headers.get(name)]).toEqual([name, get.headers.get(name)])
    }
  })

  it.each([
    ['DELETE', '/bootstrap', 'GET, HEAD'],
    ['POST', '/bootstrap/config', 'GET, HEAD'],
    ['GET', '/nodes', 'POST'],
    ['PUT', '/nodes', 'POST'],
    ['PATCH', '/nodes/STATIC1', 'GET, HEAD'],
    ['POST', '/nodes/STATIC1/startup-config', 'GET, HEAD, PUT'],
    ['GET', '/nodes/STATIC1/events', 'POST'],
    ['PUT', '/actions/add_config', 'GET, HEAD'],
    ['POST', '/files/empty', 'GET, HEAD'],
    ['OPTIONS', '/meta/files/empty', 'GET, HEAD'],
  ])('405 for %s %s', async (method, target, allow) => {
    const answer = await ask(target, { method })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow])
    expect(answer.headers.get('content-type')).toBe(HTML)
  })

  it('a GET may have a body and any Content-Type', async () => {
    for (const type of ['application/json', 'text/html', ';;;', '']) {
      const headers = { 'content-type': type }
      const answer = await ask('/bootstrap/config', { headers, body: 'null' })
      expect([type, answer.status]).toEqual([type, 200])
    }
    const report = JSON.stringify(leafReport('TYPE1'))
    const headers = { 'content-type': 'not a type' }
    expect((await ask('/nodes', { method: 'POST', headers, body: report })).status).toBe(201)
  })

  it('an error body is escaped', async () => {
    const answer = await ask('/files/%3Cscript%3Ealert(1)%3C/script%3E')
    expect(answer.status).toBe(404)
    expect(answer.body.toString()).not.toContain('<script>')
  })
})
