import { once } from 'node:events'
import { chmod, chown, mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server } from 'node:net'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '../src/http/free-port.ts'
import { type DataRoot, makeDataRoot } from './support/data-root.ts'
import { FABRIC } from './support/fabric.ts'
import { runZtps, startServer } from './support/server.ts'

const NOBODY = 65534

let data: DataRoot
let port: number
let conf: string

beforeAll(async () => {
  data = await makeDataRoot(FABRIC)
  port = await freePort()
  const folder = dirname(data.path)
  await chmod(folder, 0o755)
  conf = join(folder, 'doctor.conf')
  await writeFile(
    conf,
    `[default]\ndata_root = ${data.path}\nserver_url = http://127.0.0.1:${port}\n[server]\ninterface = 127.0.0.1\nport = ${port}\n`,
  )
  await mkdir(join(data.path, '.ztps'), { recursive: true })
})

afterAll(() => data.remove())

async function wrong(options: { readonly uid?: number } = {}) {
  const { status, stdout } = await runZtps(['--conf', conf, 'doctor', '--json'], options)
  const { findings } = JSON.parse(stdout)
  return { status, wrong: findings.filter((each: { state: string }) => each.state === 'wrong') }
}

/** Listens on the first of the ports that nobody has. */
async function firstFree(server: Server, ports: readonly number[]): Promise<number> {
  for (const each of ports) {
    server.listen(each, '127.0.0.1')
    const listening = once(server, 'listening').then(() => true)
    if (await listening.catch(() => false)) return each
  }
  throw new Error(`all of these ports are in use: ${ports.join(', ')}`)
}

it('is content with a server that runs', async () => {
  const server = await startServer({ dataRoot: data.path, port })
  expect(await wrong()).toEqual({ status: 0, wrong: [] })
  await server.stop()
})

it('sees that no server runs', async () => {
  const message = expect.stringMatching(/bootstrap does not answer: connect ECONNREFUSED/)
  expect(await wrong()).toEqual({ status: 1, wrong: [expect.objectContaining({ message })] })
})

it('sees a port that another program has', async () => {
  const other = createServer((socket) => socket.end('HTTP/1.1 404 No\r\n\r\n'))
  other.listen(port, '127.0.0.1')
  await once(other, 'listening')
  const found = await wrong()
  other.close()
  expect(found.wrong.map(({ message }: { message: string }) => message)).toEqual([
    expect.stringContaining('answers with status 404'),
    expect.stringContaining(`127.0.0.1 port ${port} is in use`),
  ])
})

it('sees that the server was started with another server_url', async () => {
  const server = await startServer({ dataRoot: data.path, port, serverPath: '/ztp' })
  expect(await wrong()).toEqual({ status: 0, wrong: [] })
  const before = await readFile(conf, 'utf8')
  await writeFile(conf, before.replace('/127.0.0.1', '/localhost'))
  const message = expect.stringMatching(/the script that .* gives does not name http:\/\/localhost/)
  expect((await wrong()).wrong).toEqual([expect.objectContaining({ message })])
  await writeFile(conf, before)
  await server.stop()
})

it('follows no redirection, nor shuns the ports that browsers do', async () => {
  const other = createHttpServer((_request, response) => {
    response.writeHead(301, { location: 'http://127.0.0.1:1/' }).end()
  })
  const unsafe = await firstFree(other, [10080, 6697, 6679, 6000, 5061, 4190])
  const before = await readFile(conf, 'utf8')
  await writeFile(conf, before.replace(`:${port}`, `:${unsafe}`))
  const message = expect.stringMatching(/leads on to another URL \(status 301\)/)
  expect((await wrong()).wrong).toEqual([expect.objectContaining({ message })])
  await writeFile(conf, before)
  other.close()
})

it('sees folders that its user cannot write to', async () => {
  const { wrong: found } = await wrong({ uid: NOBODY })
  const messages = found.map(({ message }: { message: string }) => message)
  for (const path of ['nodes', 'resources', '.ztps']) {
    expect(messages).toContain(`this user cannot write to ${data.path}/${path}`)
  }
})

it('sees what is closed to its user below open folders', async () => {
  const at = (path: string) => join(data.path, path)
  for (const path of ['nodes/CLOSED', 'nodes/THEIRS', 'nodes/OURS', 'files/deep']) {
    await mkdir(at(path), { recursive: true })
    await writeFile(at(`${path}/definition`), 'actions: []\n')
  }
  await chmod(at('nodes/CLOSED'), 0o700)
  await chmod(at('nodes/OURS/definition'), 0o600)
  await chmod(at('files/deep/definition'), 0o600)
  for (const path of ['nodes', 'nodes/OURS', 'resources', '.ztps']) {
    await chown(at(path), NOBODY, NOBODY)
  }
  const { wrong: found } = await wrong({ uid: NOBODY })
  const messages = found
    .filter(({ about }: { about: string }) => about === 'permissions')
    .map(({ message }: { message: string }) => message)
  expect(messages).toEqual([
    `this user cannot read ${at('files/deep/definition')}`,
    expect.stringMatching(`^this user cannot use ${at('nodes/')}(CLOSED|THEIRS|OURS)`),
  ])
  expect(messages[1]).toContain(`, nor 2 more in ${at('nodes')}`)
  const { stdout } = await runZtps(['--conf', conf, 'doctor'])
  expect(stdout).toMatch(/WARNING +permissions: root may do everything .*\n.*number 65534/)
  for (const path of ['nodes', 'resources', '.ztps']) await chown(at(path), 0, 0)
  for (const path of ['nodes/CLOSED', 'nodes/THEIRS', 'nodes/OURS', 'files/deep']) {
    await rm(at(path), { recursive: true })
  }
})

it.each(['', 'nodes', 'resources', 'definitions', 'resources/mgmt'])(
  'finds all it can where its user may not look: /%s',
  async (hidden) => {
    const path = join(data.path, hidden)
    await chmod(path, 0o700)
    const { status, wrong: found } = await wrong({ uid: NOBODY })
    await chmod(path, 0o755)
    expect(status).toBe(1)
    const abouts = found.map(({ about }: { about: string }) => about)
    expect(abouts).toEqual(expect.arrayContaining(['server_url', 'permissions']))
    const messages = found.map(({ message }: { message: string }) => message).join('\n')
    expect(messages).toMatch(new RegExp(`cannot (look into|read|write to) ${path}`))
  },
)

it('sees a pool with nothing left', async () => {
  await writeFile(join(data.path, 'resources/mgmt'), '192.0.2.10/24: SN1\n192.0.2.11/24: SN2\n')
  const message = expect.stringMatching(/mgmt: 0 of 2 entries are free/)
  const advice = expect.stringMatching(/^add some: ztps pools add .*mgmt.* RANGE$/)
  expect((await wrong()).wrong).toContainEqual({ about: 'pools', state: 'wrong', message, advice })
})

it('sees a file of the future', async () => {
  const path = join(data.path, 'nodes/READ-LATER')
  const later = new Date(Date.now() + 3_600_000)
  await writeFile(path, '')
  await utimes(path, later, later)
  const { findings } = JSON.parse((await runZtps(['--conf', conf, 'doctor', '--json'])).stdout)
  await rm(path)
  expect(findings).toContainEqual({
    about: 'clock',
    state: 'warning',
    message: expect.stringMatching(`, and ${path} was written at .* UTC$`),
    advice: expect.stringContaining(`touch ${path}`),
  })
})

it.each([
  ['another clock', { date: 'Sun, 22 Nov 2020 14:22:33 GMT' }, ['2020-11-22 14:22:33 UTC']],
  ['the clock of a cache', { date: 'Sun, 22 Nov 2020 14:22:33 GMT', age: '60' }, ['14:23:33 UTC']],
  ['a clock that is nonsense', { date: 'soon', age: 'x' }, []],
])('sees %s at server_url', async (_name, headers, times) => {
  const other = createHttpServer((_request, response) => response.writeHead(200, headers).end())
  other.listen(port, '127.0.0.1')
  await once(other, 'listening')
  const { findings } = JSON.parse((await runZtps(['--conf', conf, 'doctor', '--json'])).stdout)
  other.close()
  const told = findings.filter(({ message }: { message: string }) =>
    message.includes('whoever answers at server_url'),
  )
  expect(told).toEqual(
    times.map((time) =>
      expect.objectContaining({ state: 'warning', message: expect.stringMatching(`${time}$`) }),
    ),
  )
})

it.each(['192.0.2.1', 'fe80::1', 'fe80::1%none'])(
  'sees an address that this machine does not have: %s',
  async (address) => {
    const server = `[server]\ninterface = ${address}\n`
    await writeFile(conf, `[default]\ndata_root = ${data.path}\n${server}`)
    const message = `this machine has no address ${address}`
    expect((await wrong()).wrong).toContainEqual(expect.objectContaining({ message }))
  },
)
