import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type DataRoot, type Files, makeDataRoot, writeFiles } from './support/data-root.ts'
import { leafReport, postNode } from './support/fabric.ts'
import { copyPackageKnowing } from './support/package-copy.ts'
import { readPool } from './support/pool.ts'
import { type ServerOptions, startServer, type TestServer } from './support/server.ts'

let data: DataRoot
let server: TestServer

afterEach(async () => {
  await server.stop()
  await data.remove()
})

const NEIGHBORDB =
  'patterns:\n  - name: any\n    definition: leaf\n    interfaces:\n      - any: any:any\n'

/** Attributes of the one action of every node's definition. */
function definition(attributes: Readonly<Record<string, string>>): Files {
  const lines = Object.entries(attributes).map(([key, value]) => `      ${key}: ${value}\n`)
  const text = `name: leaf\nactions:\n  - action: add_config\n    attributes:\n${lines.join('')}`
  return { neighbordb: NEIGHBORDB, 'definitions/leaf': text }
}

async function serve(
  attributes: Readonly<Record<string, string>>,
  files: Files,
  options: Partial<ServerOptions> = {},
): Promise<void> {
  data = await makeDataRoot({ ...definition(attributes), ...files })
  server = await startServer({ dataRoot: data.path, ...options })
}

/** The attributes that a node is sent, or the status it gets instead. */
async function attributesOf(id: string): Promise<unknown> {
  const response = await fetch(`${server.url}/nodes/${id}`)
  const text = await response.text()
  return response.status === 200 ? JSON.parse(text).actions[0].attributes : response.status
}

async function provision(id: string): Promise<unknown> {
  expect((await postNode(server.url, leafReport(id))).status).toBe(201)
  return attributesOf(id)
}

const ASKS = `import json, urllib.request
def main(node_id, pool, node):
    seen = node.neighbors['Ethernet1'][0]
    question = json.dumps({'node': node.identifier(), 'pool': pool, 'mac': node.systemmac,
                           'at': '%s %s' % (seen.device, seen.interface)})
    with urllib.request.urlopen('http://127.0.0.1:IPAM/', question.encode()) as answer:
        return json.load(answer)
`

/** An address management that keeps what it gave, and what it was asked. */
async function startIpam(): Promise<{ server: Server; port: number; asked: unknown[] }> {
  const asked: unknown[] = []
  const given = new Map<string, string>()
  const ipam = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const question = JSON.parse(Buffer.concat(chunks).toString())
    asked.push(question)
    const address = given.get(question.node) ?? `203.0.113.${given.size + 1}/24`
    given.set(question.node, address)
    response.end(JSON.stringify(address))
  })
  ipam.listen(0, '127.0.0.1')
  await once(ipam, 'listening')
  const address = ipam.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { server: ipam, port, asked }
}

describe('plugins of each kind', () => {
  it('give their values, with the node that reported itself', async () => {
    await serve(
      {
        ztpserver: "ztpserver('a')",
        old: "old('b')",
        module: "module('c', 'lo')",
        program: "program('d')",
        ours: "test('e')",
      },
      {
        'plugins/ztpserver': `from ztpserver.config import runtime
def main(node_id, pool, node):
    return {'root': runtime.default.data_root, 'url': runtime.default.server_url,
            'model': node.model, 'seen': [each.interface for each in node.neighbors['Ethernet1']],
            'exact': [2 ** 70, 1.0, None]}
`,
        'plugins/old.py':
          'def main(node_id, pool):\n    print("not the value")\n    return "%s-%s" % (node_id, pool)\n',
        'plugins/module.mjs': `import { suffix } from './lib/suffix.mjs'
export async function main({ nodeId, pool, label, node }) {
  console.log('asked')
  return [nodeId, pool, label, node.version, suffix]
}
`,
        'plugins/lib/suffix.mjs': "export const suffix = 'suffix'\n",
        'plugins/program': '#!/bin/sh\nread node\necho "$1 $2 $node" | cut -c 1-40\n',
      },
    )
    await postNode(server.url, leafReport('EACH1'))
    const body = await (await fetch(`${server.url}/nodes/EACH1`)).text()
    expect(body).toContain('"exact": [1180591620717411303424, 1.0, null]')
    expect(JSON.parse(body).actions[0].attributes).toMatchObject({
      ztpserver: {
        root: data.path,
        url: server.url,
        model: 'DCS-7050S-64',
        seen: ['Ethernet1'],
      },
      old: 'EACH1-b',
      module: ['EACH1', 'c', 'lo', '4.20.0F', 'suffix'],
      program: 'EACH1 d {"model": "DCS-7050S-64", "syste',
      ours: 'EACH1:e',
    })
    await server.logs('EACH1: plugin old.py: not the value')
    await server.logs('EACH1: plugin module.mjs: asked')
    await server.logs('EACH1: old(\'b\') gave "EACH1-b"')
  })

  it('are picked up, changed and dropped without a restart', async () => {
    await serve({ value: "fresh('x')" }, {})
    expect(await provision('FRESH1')).toBe(400)
    await server.logs("FRESH1: there is no plugin 'fresh', called by fresh('x')")
    const write = (files: Files) => writeFiles(data.path, files)
    await write({ 'plugins/fresh.py': 'def main(a, b):\n    return "first"\n' })
    expect(await attributesOf('FRESH1')).toEqual({ value: 'first' })
    await write({ 'plugins/fresh.py': 'def main(a, b):\n    return "second"\n' })
    expect(await attributesOf('FRESH1')).toEqual({ value: 'second' })
    await write({ 'plugins/fresh': '#!/bin/sh\necho third\n' })
    expect(await attributesOf('FRESH1')).toEqual({ value: 'third' })
    await server.logs("plugin 'fresh' is plugins/fresh, which goes before fresh.py")
    await rm(join(data.path, 'plugins/fresh'))
    await rm(join(data.path, 'plugins/fresh.py'))
    await write({ 'plugins/fresh.mjs': 'export const main = () => "fourth"\n' })
    expect(await attributesOf('FRESH1')).toEqual({ value: 'fourth' })
    await write({ 'plugins/fresh.mjs': 'export const main = () => "fifth"\n' })
    expect(await attributesOf('FRESH1')).toEqual({ value: 'fifth' })
  })

  it('answer two requests of one node at once with one run', async () => {
    await serve(
      { value: "slow('x')" },
      {
        'plugins/slow': `import time
def main(node_id, pool):
    open('../runs', 'a').write('x')
    time.sleep(3)
    return 1
`,
      },
    )
    await postNode(server.url, leafReport('TWICE1'))
    const both = await Promise.all([attributesOf('TWICE1'), attributesOf('TWICE1')])
    expect(both).toEqual([{ value: 1 }, { value: 1 }])
    expect(await readFile(join(data.path, 'runs'), 'utf8')).toBe('x')
  })
})

describe("an edited plugins/allocate of ZTPServer's", () => {
  const pool = { 'resources/mgmt': '192.0.2.10/24: null\n' }
  const attributes = { ip: "allocate('mgmt')" }

  it('runs in place of ours, and what its IPAM says is sent', async () => {
    const ipam = await startIpam()
    const plugin = ASKS.replace('IPAM', String(ipam.port))
    await serve(attributes, { ...pool, 'plugins/allocate': plugin })
    await server.logs("plugin 'allocate': plugins/allocate runs in place of ours")
    expect(await provision('IPAM1')).toEqual({ ip: '203.0.113.1/24' })
    expect(await provision('IPAM2')).toEqual({ ip: '203.0.113.2/24' })
    expect(await attributesOf('IPAM1')).toEqual({ ip: '203.0.113.1/24' })
    expect(ipam.asked[0]).toEqual({
      node: 'IPAM1',
      pool: 'mgmt',
      mac: '001c73000001',
      at: 'spine1 Ethernet1',
    })
    expect((await readPool(data.path, 'mgmt')).get('192.0.2.10/24')).toBeNull()
    ipam.server.close()
    expect(await provision('IPAM3')).toBe(400)
    await server.logs(
      /IPAM3: plugins\/allocate failed: URLError: .*refused.* \(plugins\/allocate:6\)/,
    )
  })

  it('that is byte for byte a release of ZTPServer gives way to ours', async () => {
    const released = {
      'plugins/allocate': 'def main(node_id, pool):\n    raise Exception("Python 2")\n',
    }
    data = await makeDataRoot({ ...definition(attributes), ...pool, ...released })
    const executable = await copyPackageKnowing(join(data.path, '../package'), released)
    server = await startServer({ dataRoot: data.path, executable })
    expect(await provision('RELEASE1')).toEqual({ ip: '192.0.2.10/24' })
    expect(server.log()).not.toContain('in place of ours')
    await writeFile(join(data.path, 'plugins/allocate'), `${released['plugins/allocate']}#\n`)
    expect(await attributesOf('RELEASE1')).toBe(400)
    await server.logs('plugins/allocate failed: Exception: Python 2 (plugins/allocate:2)')
  })
})

describe('a definition', () => {
  it('does not wait longer than all plugins together may take', async () => {
    await serve(
      { ip: "allocate('mgmt')", one: "slow('0')", more: "slow('12')" },
      {
        'resources/mgmt': '192.0.2.10/24: null\n',
        'plugins/slow': `import time
def main(node_id, pool):
    time.sleep(int(pool))
    return pool
def free(node_id, pool, value):
    open('../freed', 'a').write(value)
`,
      },
      { settings: { plugins: { timeout: '1 min', definition_timeout: '8 s' } } },
    )
    expect(await provision('LATE1')).toBe(400)
    await server.logs(
      "LATE1: the plugins took longer than 8 s for the definition, the last of them for slow('12')",
    )
    expect((await readPool(data.path, 'mgmt')).get('192.0.2.10/24')).toBeNull()
    // What was given is taken back at once, what comes too late when it comes.
    await expect
      .poll(() => readFile(join(data.path, 'freed'), 'utf8').catch(() => ''), { timeout: 30_000 })
      .toBe('012')
  })
})

describe('the processes of plugins', () => {
  const PID =
    'import os, time\ndef main(node_id, pool):\n    open("../runs", "a").write("x")\n    time.sleep(float(pool))\n    return os.getpid()\n'

  function isAlive(pid: unknown): boolean {
    const table = execFileSync('ps', ['-eo', 'pid,stat'], { encoding: 'utf8' })
    return new RegExp(`^ *${pid} +[^Z]`, 'm').test(table)
  }

  it('stay warm, and end with the server, which finishes what it began', async () => {
    await serve({ pid: "pid('0.5')" }, { 'plugins/pid': PID })
    const first = await provision('WARM1')
    expect(await provision('WARM2')).toEqual(first)
    const pid = typeof first === 'object' && first !== null && 'pid' in first ? first.pid : 0
    expect(isAlive(pid)).toBe(true)
    const inFlight = attributesOf('WARM1')
    await expect.poll(() => readFile(join(data.path, 'runs'), 'utf8')).toBe('xxx')
    expect(await server.stop()).toBe(0)
    expect(await inFlight).toEqual(first)
    expect(isAlive(pid)).toBe(false)
  })

  it('end by themselves when the server is killed', async () => {
    await serve({ pid: "pid('0')" }, { 'plugins/pid': PID })
    const first = await provision('KILLED1')
    const pid = typeof first === 'object' && first !== null && 'pid' in first ? first.pid : 0
    expect(isAlive(pid)).toBe(true)
    await server.kill()
    await expect.poll(() => isAlive(pid)).toBe(false)
  })

  it('know no secret of the server, and leave nothing in plugins/', async () => {
    await serve(
      { env: "env('x')" },
      {
        'plugins/env':
          'import os\nfrom helper import PREFIX\ndef main(a, b):\n    return sorted(k for k in os.environ if k.startswith(PREFIX))\n',
        'plugins/helper.py': "PREFIX = ('ZTPS', 'PG')\n",
      },
      { environment: { ZTPS_STATE_PATH: '/x', PGPASSWORD: 'secret' } },
    )
    expect(await provision('ENV1')).toEqual({ env: ['ZTPS_DATA_ROOT'] })
    const below = execFileSync('ls', [join(data.path, 'plugins')], { encoding: 'utf8' })
    expect(below).toBe('env\nhelper.py\n')
  })
})
