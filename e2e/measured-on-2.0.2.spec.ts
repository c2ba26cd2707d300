import { access, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type DataRoot, type Files, makeDataRoot } from './support/data-root.ts'
import { FABRIC, leafReport, postNode } from './support/fabric.ts'
import { readPool } from './support/pool.ts'
import { rawRequest } from './support/raw-request.ts'
import { startServer, type TestServer } from './support/server.ts'

/** The defects that were measured on ZTPServer 2.0.2, one test for each. */
describe('measured on ZTPServer 2.0.2, and never here', () => {
  let data: DataRoot | undefined
  const servers: TestServer[] = []

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()))
    await data?.remove()
  })

  async function serve(files: Files): Promise<{ server: TestServer; root: string }> {
    data = await makeDataRoot({ ...FABRIC, ...files })
    return { server: await another(data.path), root: data.path }
  }

  async function another(dataRoot: string): Promise<TestServer> {
    const server = await startServer({ dataRoot })
    servers.push(server)
    return server
  }

  it('a node that matches a `node:` pattern gets its definition: 200', async () => {
    const { server } = await serve({
      neighbordb: 'patterns:\n  - name: mine\n    definition: leaf\n    node: AAA1\n',
    })
    expect((await postNode(server.url, leafReport('AAA1'))).status).toBe(201)
    const response = await fetch(`${server.url}/nodes/AAA1`)
    expect([response.status, JSON.parse(await response.text()).name]).toEqual([200, 'leaf'])
  })

  it('allocate works, durable and concurrent', async () => {
    const lines = Array.from({ length: 40 }, (_, at) => `10.0.0.${at}/24: null\n`)
    const { server, root } = await serve({ 'resources/mgmt': lines.join('') })
    const ids = Array.from({ length: 40 }, (_, at) => `NODE${at}`)
    const addresses = await Promise.all(
      ids.map(async (id) => {
        await postNode(server.url, leafReport(id))
        const response = await fetch(`${server.url}/nodes/${id}`)
        return JSON.parse(await response.text()).actions[0].attributes.variables.ip
      }),
    )
    await server.kill()
    const pool = await readPool(root, 'mgmt')
    expect(addresses.map((address) => pool.get(address))).toEqual(ids)
    expect(new Set(addresses).size).toBe(40)
  })

  it.each([
    '/files/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
    '/files/../../../../etc/passwd',
    '/actions/..%2f..%2f..%2f..%2fetc%2fpasswd',
    '/meta/files/..%2f..%2f..%2f..%2fetc%2fpasswd',
  ])('GET %s reads nothing: 404', async (target) => {
    const { server } = await serve({})
    const answer = await rawRequest({ port: server.port, target })
    expect(answer.status).toBe(404)
    expect(answer.body.toString()).not.toContain('root:')
  })

  it.each(['../../x', '..', '/tmp/x', 'a/b', '.x', 'x\u0000y', 'a'.repeat(65)])(
    'a serial number such as %j writes nothing: 400',
    async (serial) => {
      const { server, root } = await serve({})
      const before = await readdir(dirname(root), { recursive: true })
      const answer = await postNode(server.url, { serialnumber: serial, config: 'x' })
      expect(answer.status).toBe(400)
      const after = await readdir(dirname(root), { recursive: true })
      expect(after.toSorted()).toEqual(before.toSorted())
      await expect(access(join(root, '../../x'))).rejects.toThrow()
    },
  )

  it('POSTs against a 1,000-pattern neighbordb are answered side by side', async () => {
    const patterns = Array.from(
      { length: 1000 },
      (_, at) =>
        `  - name: rack ${at}\n    definition: leaf\n    interfaces:\n      - Ethernet1: spine${at}:any\n`,
    )
    const { server } = await serve({ neighbordb: `patterns:\n${patterns.join('')}` })
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, at) => {
        const neighbors = { Ethernet1: [{ device: `spine${at * 5}`, port: 'Ethernet1' }] }
        return (await postNode(server.url, leafReport(`RACK${at}`, { neighbors }))).status
      }),
    )
    expect(new Set(answers)).toEqual(new Set([201]))
    await server.logs("RACK199: node matched 'rack 995' pattern in neighbordb")
  })

  it('invalid JSON in POST /nodes: 400 with the reason', async () => {
    const { server } = await serve({})
    const response = await fetch(`${server.url}/nodes`, { method: 'POST', body: '{"serialnumber"' })
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('JSON')])
  })

  it('one broken pattern stops only the switches that it could have matched', async () => {
    const { server } = await serve({
      neighbordb: `patterns:
  - name: its own
    definition: leaf
    node: OWN1
  - name: before
    definition: leaf
    interfaces:
      - Ethernet1: spine1:any
  - name: broken
    definition: leaf
    interfaces:
      - Ethernet1: regexp('x'):any
  - name: after
    definition: leaf
    interfaces:
      - any: any:any
`,
    })
    const other = { neighbors: { Ethernet1: [{ device: 'spine2', port: 'Ethernet1' }] } }
    expect((await postNode(server.url, leafReport('OWN1', other))).status).toBe(201)
    expect((await postNode(server.url, leafReport('BEFORE1'))).status).toBe(201)
    expect((await postNode(server.url, leafReport('AFTER1', other))).status).toBe(400)
    await server.logs(/AFTER1: .*pattern 'broken'/)
  })

  it('a crash while a node is made leaves its folder whole or not at all', async () => {
    const { server, root } = await serve({ 'definitions/leaf': FABRIC['definitions/leaf'] ?? '' })
    const ids = Array.from({ length: 60 }, (_, at) => `CRASH${at}`)
    const posts = ids.map((id) => postNode(server.url, leafReport(id)).catch(() => undefined))
    await Promise.race(posts)
    await server.kill()
    await Promise.all(posts)
    const made = (await readdir(join(root, 'nodes'))).filter((name) => name.startsWith('CRASH'))
    for (const id of made) {
      const files = await readdir(join(root, 'nodes', id))
      expect([id, files.toSorted()]).toEqual([id, ['.node', 'definition', 'pattern']])
    }
    const next = await another(root)
    const statuses = await Promise.all(
      ids.map(async (id) => (await postNode(next.url, leafReport(id))).status),
    )
    expect(statuses.filter((status) => status === 409).length).toBe(made.length)
    expect(statuses.filter((status) => status === 201).length).toBe(ids.length - made.length)
  })

  it('two processes never give one entry to two nodes', async () => {
    const lines = Array.from({ length: 100 }, (_, at) => `10.0.0.${at}/24: null\n`)
    const { server, root } = await serve({ 'resources/mgmt': lines.join('') })
    const both = [server, await another(root)]
    const addresses = await Promise.all(
      Array.from({ length: 100 }, async (_, at) => {
        const url = both[at % 2]?.url ?? ''
        await postNode(url, leafReport(`TWO${at}`))
        const response = await fetch(`${url}/nodes/TWO${at}`)
        return JSON.parse(await response.text()).actions[0].attributes.variables.ip
      }),
    )
    expect(new Set(addresses).size).toBe(100)
  })
})
