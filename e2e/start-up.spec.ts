import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { freePort } from '../src/http/free-port.ts'
import { type DataRoot, makeDataRoot } from './support/data-root.ts'
import { FABRIC, leafReport, postNode } from './support/fabric.ts'
import { exchange, rawRequest } from './support/raw-request.ts'
import { runZtps, startServer } from './support/server.ts'

let data: DataRoot

afterEach(() => data.remove())

async function conf(lines: readonly string[]): Promise<string> {
  const file = join(data.path, '../ztpserver.conf')
  await writeFile(file, `${lines.join('\n')}\n`)
  return file
}

describe('a server that cannot start says why, and exits 1', () => {
  it('without a data directory', async () => {
    data = await makeDataRoot({})
    const file = await conf(['[default]', `data_root = ${data.path}/missing`])
    const { status, stderr } = await runZtps(['-c', file])
    expect([status, stderr]).toEqual([1, expect.stringContaining(`${data.path}/missing`)])
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  it('when the data directory may not be written', async () => {
    data = await makeDataRoot({})
    await chmod(data.path, 0o755)
    await chmod(join(data.path, 'nodes'), 0o555)
    await chmod(join(data.path, '..'), 0o755)
    const file = await conf(['[default]', `data_root = ${data.path}`])
    const { status, stderr } = await runZtps(['-c', file], { uid: 65534, gid: 65534 })
    expect([status, stderr]).toEqual([1, expect.stringMatching(/data.*write/s)])
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  it('when the port is in use', async () => {
    data = await makeDataRoot({})
    const port = await freePort()
    const other = createServer().listen(port, '127.0.0.1')
    await once(other, 'listening')
    const file = await conf([
      '[default]',
      `data_root = ${data.path}`,
      '[server]',
      'interface = 127.0.0.1',
      `port = ${port}`,
    ])
    const { status, stderr } = await runZtps(['-c', file])
    other.close()
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(new RegExp(`port ${port}.*listens`)),
    ])
  })

  it.each([
    ['[server]', 'port = 70000', /\[server\] port.*70000.*65534/],
    ['[default]', 'identifier = name', /identifier.*name.*serialnumber or systemmac/],
    ['[default]', 'logging = perhaps', /logging.*perhaps.*yes or no/],
  ])('with %s %s', async (section, line, message) => {
    data = await makeDataRoot({})
    const file = await conf([section, line])
    const { status, stderr } = await runZtps(['-c', file])
    expect([status, stderr]).toEqual([1, expect.stringMatching(message)])
    expect(stderr).toContain(`${file}:2`)
  })

  it('without the configuration file that --conf names', async () => {
    data = await makeDataRoot({})
    const { status, stderr } = await runZtps(['-c', `${data.path}/no.conf`])
    expect([status, stderr]).toEqual([1, expect.stringContaining('no.conf')])
  })
})

describe('a server that starts', () => {
  it('prints the lines that people know', async () => {
    data = await makeDataRoot(FABRIC)
    const server = await startServer({ dataRoot: data.path })
    await server.logs(/Starting ZTPServer v\d+\.\d+\.\d+\.\.\./)
    await server.logs('Logging started for ztpserver')
    await server.logs(`Using repository ${data.path}`)
    await server.logs(`Starting server on http://127.0.0.1:${server.port}`)
    expect(await server.stop()).toBe(0)
  })

  it('writes JSON lines when asked', async () => {
    data = await makeDataRoot(FABRIC)
    const server = await startServer({
      dataRoot: data.path,
      settings: { default: { console_logging_format: 'json' } },
    })
    await postNode(server.url, leafReport('JSON1'))
    await server.stop()
    const lines = server.log().trim().split('\n')
    const messages = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line))
    expect(messages.length).toBeGreaterThan(3)
    expect(JSON.stringify(messages)).toContain("node matched 'leaf' pattern in neighbordb")
  })

  it('finishes the requests in flight on SIGTERM, then exits 0', async () => {
    const body = Buffer.alloc(64 * 1024 * 1024, 'x')
    data = await makeDataRoot({ ...FABRIC, 'files/image.swi': body })
    const server = await startServer({ dataRoot: data.path })
    const response = await fetch(`${server.url}/files/image.swi`)
    const stopped = server.stop()
    const bytes = await response.arrayBuffer()
    expect(bytes.byteLength).toBe(body.length)
    expect(await stopped).toBe(0)
    await expect(fetch(`${server.url}/bootstrap`)).rejects.toThrow()
  })

  it('closes a client that is too slow, and serves the others', async () => {
    data = await makeDataRoot(FABRIC)
    const server = await startServer({
      dataRoot: data.path,
      settings: { limits: { request_timeout: '4 s', idle_timeout: '4 s' } },
    })
    const slow = exchange(
      server.port,
      Buffer.from('POST /nodes HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{'),
    )
    expect((await fetch(`${server.url}/bootstrap`)).status).toBe(200)
    const answer = (await slow.catch(() => Buffer.from(''))).toString()
    expect(answer === '' || answer.startsWith('HTTP/1.1 408')).toBe(true)
    await server.stop()
  })

  it('refuses a URL and headers over the limit', async () => {
    data = await makeDataRoot(FABRIC)
    const server = await startServer({ dataRoot: data.path })
    const long = await rawRequest({ port: server.port, target: `/files/${'x'.repeat(5000)}` })
    expect(long.status).toBe(414)
    const headers = { 'x-long': 'x'.repeat(20_000) }
    const many = await rawRequest({ port: server.port, target: '/bootstrap', headers })
    expect(many.status).toBe(431)
    await server.stop()
  })
})

describe('bad files', () => {
  const nonsense = 'a: [b, {c: &x d}, *x]\n? - "'
  it.each<readonly [string, Uint8Array | string, RegExp]>([
    ['not UTF-8', Buffer.from([0x70, 0x3a, 0x20, 0xff, 0xfe]), /neighbordb:1:4/],
    [
      '100 MB of nonsense',
      nonsense.repeat(100_000_000 / nonsense.length),
      /neighbordb:\d+:\d+.*large/,
    ],
    ['a million brackets', '['.repeat(1_000_000), /neighbordb:1:\d+/],
    ['aliases that explode', bomb(), /neighbordb:\d+:\d+/],
    ['a tab', 'patterns:\n\t- name: x\n', /neighbordb:2:1/],
    ['a list', '- a\n- b\n', /neighbordb:1:1/],
  ])(
    'a neighbordb that is %s: 400 for unknown nodes, the place in the log, the rest served',
    async (_name, content, place) => {
      data = await makeDataRoot({ ...FABRIC, neighbordb: content })
      const server = await startServer({ dataRoot: data.path })
      const [answer, ...others] = await Promise.all([
        postNode(server.url, leafReport('BAD1')),
        ...Array.from({ length: 20 }, () => fetch(`${server.url}/bootstrap`)),
      ])
      expect(answer?.status).toBe(400)
      await server.logs(place)
      expect(new Set(others.map((each) => each.status))).toEqual(new Set([200]))
      expect(await server.stop()).toBe(0)
    },
  )

  it('cyclic and dangling links: 400, and the log names the path', async () => {
    data = await makeDataRoot(FABRIC)
    const nodes = join(data.path, 'nodes')
    await mkdir(nodes, { recursive: true })
    const links = spawn('sh', ['-c', 'ln -s B1 A1; ln -s A1 B1; ln -s nowhere C1'], { cwd: nodes })
    await once(links, 'exit')
    const server = await startServer({ dataRoot: data.path })
    for (const id of ['A1', 'C1']) {
      const answer = await postNode(server.url, leafReport(id))
      expect([400, 500]).toContain(answer.status)
      expect([400, 500]).toContain((await fetch(`${server.url}/nodes/${id}`)).status)
      await server.logs(`nodes/${id}`)
    }
    await server.stop()
  })
})

function bomb(): string {
  const levels = Array.from(
    { length: 40 },
    (_, at) => `l${at + 1}: &l${at + 1} [*l${at}, *l${at}]\n`,
  )
  return `l0: &l0 [x, x]\n${levels.join('')}patterns: *l40\n`
}
