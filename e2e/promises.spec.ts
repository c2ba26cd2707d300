import { execFileSync } from 'node:child_process'
import {
  chmod,
  chown,
  lstat,
  mkdir,
  readFile,
  stat,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type DataRoot, type Files, makeDataRoot } from './support/data-root.ts'
import { FABRIC, leafReport, postNode } from './support/fabric.ts'
import { readPool } from './support/pool.ts'
import { type ServerOptions, startServer, type TestServer } from './support/server.ts'

let data: DataRoot
let server: TestServer

afterEach(async () => {
  await server.stop()
  await data.remove()
})

async function serve(files: Files, options: Partial<ServerOptions> = {}): Promise<void> {
  data = await makeDataRoot({ ...FABRIC, ...files })
  server = await startServer({ dataRoot: data.path, ...options })
}

function pool(entries: number, holder = 'null'): string {
  return Array.from({ length: entries }, (_, at) => `10.0.0.${at}/24: ${holder}\n`).join('')
}

async function provision(id: string): Promise<string> {
  expect((await postNode(server.url, leafReport(id))).status).toBe(201)
  return addressOf(id)
}

async function addressOf(id: string): Promise<string> {
  const response = await fetch(`${server.url}/nodes/${id}`)
  const text = await response.text()
  expect([response.status, text]).toEqual([200, expect.stringContaining('actions')])
  return JSON.parse(text).actions[0].attributes.variables.ip
}

describe('server_url with a trailing slash', () => {
  it('makes no `//` in Location, nor in the URL of a static startup-config', async () => {
    await serve({ 'nodes/STATIC1/startup-config': 'x\n' }, { serverPath: '/ztpserver/' })
    const created = await postNode(server.url, leafReport('SLASH1'))
    expect(created.headers.get('location')).toBe(`${server.url}/ztpserver/nodes/SLASH1`)
    await postNode(server.url, leafReport('STATIC1'))
    await writeFile(join(data.path, 'nodes/STATIC1/pattern'), 'interfaces: []\n')
    const definition = JSON.parse(
      await (await fetch(`${server.url}/ztpserver/nodes/STATIC1`)).text(),
    )
    expect(definition.actions[0].attributes.url).toBe(
      `${server.url}/ztpserver/nodes/STATIC1/startup-config`,
    )
    const script = await (await fetch(`${server.url}/bootstrap`)).text()
    expect(script).toContain(`${server.url}/ztpserver/'`)
  })
})

describe('pools', () => {
  it('whose free entries say None serve ten nodes', async () => {
    await serve({ 'resources/mgmt': pool(10, 'None') })
    const ids = Array.from({ length: 10 }, (_, at) => `NONE${at}`)
    expect(new Set(await Promise.all(ids.map(provision))).size).toBe(10)
  })

  it('exhausted: 400, and the log names the pool', async () => {
    await serve({ 'resources/mgmt': pool(1) })
    await provision('FULL1')
    await postNode(server.url, leafReport('FULL2'))
    expect((await fetch(`${server.url}/nodes/FULL2`)).status).toBe(400)
    await server.logs("FULL2: no resource free in 'mgmt'")
  })

  it('an editor that saves an old copy frees nothing that was just given out', async () => {
    await serve({ 'resources/mgmt': `# by hand\n${pool(20)}` })
    const old = await readFile(join(data.path, 'resources/mgmt'), 'utf8')
    const first = await Promise.all(['OLD1', 'OLD2', 'OLD3', 'OLD4', 'OLD5'].map(provision))
    await writeFile(join(data.path, 'resources/mgmt'), old)
    const later = await Promise.all(['NEW1', 'NEW2', 'NEW3', 'NEW4', 'NEW5'].map(provision))
    expect(new Set([...first, ...later]).size).toBe(10)
    expect(await addressOf('OLD3')).toBe(first[2])
    const holders = await readPool(data.path, 'mgmt')
    expect(first.map((address) => holders.get(address))).toEqual([
      'OLD1',
      'OLD2',
      'OLD3',
      'OLD4',
      'OLD5',
    ])
  })

  it('a failed definition request keeps nothing of what it took', async () => {
    await serve({
      'definitions/leaf':
        "actions:\n  - action: a\n    attributes: {one: allocate('mgmt'), two: allocate('none')}\n",
    })
    await postNode(server.url, leafReport('FAIL1'))
    expect((await fetch(`${server.url}/nodes/FAIL1`)).status).toBe(400)
    expect([...(await readPool(data.path, 'mgmt')).values()]).toEqual([null, null])
  })
})

describe('neighbordb', () => {
  it('an invalid `node: X` pattern above an open one: X gets 400, Y 201', async () => {
    await serve({
      neighbordb: `patterns:
  - name: broken
    definition: leaf
    node: X1
    interfaces: [{Ethernet1: "regex('('):any"}]
  - name: open
    definition: leaf
    interfaces: [{any: any}]
`,
    })
    expect((await postNode(server.url, leafReport('X1'))).status).toBe(400)
    expect((await postNode(server.url, leafReport('Y1'))).status).toBe(201)
  })

  it('a change is seen without a restart', async () => {
    await serve({ neighbordb: 'patterns: []\n' })
    expect((await postNode(server.url, leafReport('LATER1'))).status).toBe(400)
    await writeFile(join(data.path, 'neighbordb'), FABRIC.neighbordb ?? '')
    expect((await postNode(server.url, leafReport('LATER1'))).status).toBe(201)
  })

  it.each([
    ['linear', "regex('(a+)+$')", 400, /no patterns/],
    ['with a back-reference', "regex('((a+)+)\\\\2$')", 400, /no answer within/],
  ])(
    'a hostile neighbour name meets a regular expression %s: others go on',
    async (_name, device, status, reason) => {
      await serve({
        neighbordb: `patterns:
  - name: hostile
    definition: leaf
    interfaces:
      - Ethernet1: {device: "${device}", port: any}
`,
      })
      const name = `${'a'.repeat(254)}!`
      let pending = 8
      const hostile = Array.from({ length: 8 }, async (_, at) => {
        const neighbors = { Ethernet1: [{ device: name, port: 'x' }] }
        const response = await postNode(server.url, leafReport(`EVIL${at}`, { neighbors }))
        pending -= 1
        expect([response.status, await response.text()]).toEqual([
          status,
          expect.stringMatching(reason),
        ])
      })
      // Requests in the meantime are answered in the meantime.
      let meanwhile = 0
      while (pending > 0) {
        expect((await fetch(`${server.url}/bootstrap`)).status).toBe(200)
        meanwhile += 1
      }
      await Promise.all(hostile)
      expect(meanwhile).toBeGreaterThan(0)
    },
  )
})

describe('what an operator set up', () => {
  it('links, owner, group and mode survive PUT and allocation', async () => {
    await serve({})
    const outside = join(dirname(data.path), 'elsewhere')
    await mkdir(outside)
    const [config, mgmt] = [join(outside, 'config'), join(outside, 'mgmt')]
    await writeFile(config, 'old\n')
    await writeFile(mgmt, `# kept\n${pool(3)}`)
    const operators = Number(
      execFileSync('sh', ['-c', 'getent group staff || getent group users'])
        .toString()
        .split(':')[2],
    )
    for (const file of [config, mgmt]) {
      await chown(file, 0, operators)
      await chmod(file, 0o664)
    }
    await postNode(server.url, leafReport('LINK1'))
    await symlink(config, join(data.path, 'nodes/LINK1/startup-config'))
    const put = await fetch(`${server.url}/nodes/LINK1/startup-config`, {
      method: 'PUT',
      body: 'new\n',
    })
    expect(put.status).toBe(200)
    await unlink(join(data.path, 'resources/mgmt'))
    await symlink(mgmt, join(data.path, 'resources/mgmt'))
    await postNode(server.url, leafReport('LINK2'))
    const address = await addressOf('LINK2')
    expect(await readFile(config, 'utf8')).toBe('new\n')
    expect(await readFile(mgmt, 'utf8')).toBe(
      `# kept\n${pool(3)}`.replace(`${address}: null`, `${address}: LINK2`),
    )
    for (const [link, target] of [
      ['nodes/LINK1/startup-config', config],
      ['resources/mgmt', mgmt],
    ] as const) {
      expect((await lstat(join(data.path, link))).isSymbolicLink()).toBe(true)
      const { uid, gid, mode } = await stat(target)
      expect([uid, gid, mode & 0o7777]).toEqual([0, operators, 0o664])
    }
  })

  it('numbers arrive as Python writes what PyYAML reads', async () => {
    await serve({
      'definitions/leaf':
        'actions:\n  - action: a\n    attributes: {a: 1.0, b: 12345678901234567890, c: 4.20, d: 1e3, e: 012}\n',
    })
    await postNode(server.url, leafReport('NUM1'))
    const text = await (await fetch(`${server.url}/nodes/NUM1`)).text()
    expect(text).toContain('"a": 1.0, "b": 12345678901234567890, "c": 4.2, "d": "1e3", "e": 10')
  })
})
