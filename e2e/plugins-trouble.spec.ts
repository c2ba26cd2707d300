import { execFileSync } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type DataRoot, type Files, makeDataRoot, writeFiles } from './support/data-root.ts'
import { leafReport, postNode } from './support/fabric.ts'
import { readPool } from './support/pool.ts'
import { startServer, type TestServer } from './support/server.ts'

let data: DataRoot
let server: TestServer
let nodes = 0

/** Every node is given an address, and then meets the plugin `bad`. */
beforeAll(async () => {
  const entries = Array.from({ length: 60 }, (_, at) => `192.0.2.${at}/24: null\n`)
  data = await makeDataRoot({
    neighbordb:
      'patterns:\n  - name: any\n    definition: leaf\n    interfaces:\n      - any: any:any\n',
    'definitions/leaf': `name: leaf
actions:
  - action: add_config
    attributes:
      ip: allocate('mgmt')
      bad: bad('x')
`,
    'resources/mgmt': entries.join(''),
  })
  // Enough for a sound one, its Python's start included, on a machine that is slow just then.
  const settings = { plugins: { timeout: '6 s', workers: 2 } }
  server = await startServer({ dataRoot: data.path, settings })
  // The first request waits for threads and libraries too.
  await write(FINE)
  const id = await newNode()
  await vi.waitFor(async () => expect((await ask(id)).status).toBe(200), { timeout: 60_000 })
})

afterAll(async () => {
  await server.stop()
  await data.remove()
})

async function ask(id: string): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${server.url}/nodes/${id}`)
  return { status: response.status, text: await response.text() }
}

async function newNode(): Promise<string> {
  nodes += 1
  const id = `TROUBLE${nodes}`
  expect((await postNode(server.url, leafReport(id))).status).toBe(201)
  return id
}

async function write(files: Files): Promise<void> {
  for (const name of ['bad', 'bad.mjs']) await rm(join(data.path, 'plugins', name), { force: true })
  await writeFiles(data.path, files)
}

function python(...lines: readonly string[]): Files {
  const text = ['import os, subprocess, sys, time', 'def main(node_id, pool):', ...lines]
  return { 'plugins/bad': text.join('\n    ').replace('    def', 'def') }
}

function module(body: string): Files {
  return { 'plugins/bad.mjs': `export function main() { ${body} }\n` }
}

function script(...lines: readonly string[]): Files {
  return { 'plugins/bad': ['#!/bin/sh', ...lines, ''].join('\n') }
}

const FINE = { 'plugins/bad': 'def main(node_id, pool):\n    return node_id\n' }

const TOO_LATE = /it took longer than 6 s and was stopped/

describe('a plugin in trouble', () => {
  it.each<readonly [string, Files, RegExp]>([
    ['raises', python('raise Exception("no\\nentry")'), /Exception: no; entry \(plugins\/bad:3\)/],
    ['hangs', python('while True: pass'), TOO_LATE],
    ['hangs with children', python('subprocess.call(["sleep", "654321"])'), TOO_LATE],
    [
      'prints garbage and ends its process',
      python('os.write(1, bytes(range(256)))', 'os._exit(9)'),
      /its Python ended by exit status 9/,
    ],
    [
      'sends garbage',
      python('from ztps_runner import channel', 'os.write(channel.CHANNEL, b"\\xff{\\n")'),
      /what it sent cannot be read/,
    ],
    ['returns 10 MB', python('return "x" * 10_000_000'), /the value is larger than 1 MiB/],
    [
      'returns what is no JSON',
      python('return {1, 2}'),
      /main returned what JSON does not have: Object of type '?set'? is not JSON/,
    ],
    [
      'forks, prints 10 MB and exits',
      python('os.fork()', 'print("x" * 5_000_000)', 'sys.exit("done")'),
      /it called sys\.exit\(done\)/,
    ],
    [
      'is Python 2',
      { 'plugins/bad': 'def main(a, b):\n    print "x"\n' },
      /not valid Python 3: .*\(plugins\/bad:2\)/,
    ],
    ['is an ES module that hangs', module('for (;;);'), TOO_LATE],
    ['is an ES module that returns nothing', module(''), /the value is undefined, which JSON does/],
    ['is a program that hangs', script('sleep 654321'), /stopped after 6 s/],
    ['is a program that fails', script('echo no entry >&2', 'exit 1'), /exit status 1: no entry/],
  ])(
    'that %s: 400 and the reason, nothing kept, the next is fine',
    async (_name, files, reason) => {
      await write(files)
      const id = await newNode()
      const refused = await ask(id)
      expect([refused.status, refused.text]).toEqual([400, expect.stringMatching(/^plugins\/bad/)])
      await server.logs(new RegExp(`${id}: plugins/bad\\S* failed: ${reason.source}`))
      expect([...(await readPool(data.path, 'mgmt')).values()]).not.toContain(id)
      await write(FINE)
      const served = await ask(id)
      expect(JSON.parse(served.text).actions[0].attributes).toEqual({
        ip: expect.stringMatching(/^192\.0\.2\.\d+\/24$/),
        bad: id,
      })
      const running = () => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
      await expect.poll(running).not.toContain('sleep 654321')
    },
  )

  it('keeps its traceback for the debug log, and steers no terminal', async () => {
    await write(python('raise Exception("hidden\\x1b[31m")'))
    const id = await newNode()
    expect((await ask(id)).status).toBe(400)
    await server.logs(`${id}: plugins/bad failed: Exception: hidden\\x1b[31m (plugins/bad:3)`)
    expect(server.log()).not.toContain('Traceback')
  })

  it('does not keep others waiting longer than its own time', async () => {
    await write(python('while node_id.startswith("HANG"): time.sleep(1)', 'return node_id'))
    const hanging = Array.from({ length: 4 }, (_, at) => `HANG${at}`)
    const fine = Array.from({ length: 20 }, (_, at) => `FINE${at}`)
    for (const id of [...hanging, ...fine]) await postNode(server.url, leafReport(id))
    const asked = await Promise.all([...hanging, ...fine].map(ask))
    expect(asked.map((each) => each.status)).toEqual([
      ...hanging.map(() => 400),
      ...fine.map(() => 200),
    ])
  })
})
