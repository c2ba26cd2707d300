import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { writeFiles } from '../data-root.ts'
import type { TestServer } from '../server.ts'
import { definition, post, put, type Story, withServer } from './story.ts'

const SPINE2 = { neighbors: { Ethernet1: [{ device: 'spine2', port: 'Ethernet1' }] } }

const PATTERNS = `patterns:
  - name: leaf
    definition: leaf
    interfaces: [Ethernet1: spine1]
  - {name: border, definition: leaf, model: 'DCS-7280.*'}
  - {name: port, definition: leaf, interfaces: [Ethernet1: 'spine2:Ethernet9']}
  - {name: two, definition: leaf, interfaces: [any: spine2, any: spine2]}
  - {name: none, definition: leaf, interfaces: [any: 'spine2:none']}
  - {name: more, definition: leaf, interfaces: [Ethernet7: spine2]}
`

const WRONG_PATTERNS = `patterns:
  - {name: a, node: D1, definition: nowhere}
  - {name: b, node: D2, definition: wrong}
  - {name: c, node: D3, definition: leaf, config-handler: nowhere}
  - {name: d, definition: leaf, interfaces: [Ethernet1: "nothing('x')"]}
`

/** Attributes that cannot be had: the node → the attribute. */
const CALLS = {
  nopool: "allocate('nopool')",
  noplugin: "absent('x')",
  breaks: "breaks('x')",
  circle: '$a',
}

/** The server refuses what a switch asks. */
export const REFUSALS: readonly Story[] = [
  [
    'a switch is refused for what it says',
    (said) =>
      withServer(said, {}, async (server) => {
        expect([await post(server, ''), await post(server, 'a/b')]).toEqual([400, 400])
        const init = { method: 'POST', body: '{' }
        expect((await fetch(`${server.url}/nodes`, init)).status).toBe(400)
      }),
  ],
  [
    'no pattern is for it',
    (said) =>
      withServer(said, { files: { neighbordb: PATTERNS } }, async (server, { path }) => {
        expect(await post(server, 'STRAY1', { ...SPINE2, model: 'vEOS' })).toBe(400)
        await rm(join(path, 'neighbordb'))
        expect(await post(server, 'N1')).toBe(400)
      }),
  ],
  ['what the pattern names is missing or wrong', wrongFiles],
  ['it gets no definition', noDefinition],
  ['a plugin takes too long', slowPlugin],
  ['a startup-config is not stored, a handler fails', unstored],
  [
    'the bootstrap files are wrong',
    (said) =>
      withServer(
        said,
        { files: { 'bootstrap/bootstrap': '#!/bin/sh\n' } },
        async ({ url }, { path }) => {
          await fetch(`${url}/bootstrap`)
          await writeFile(join(path, 'bootstrap/bootstrap.conf'), 'logging: 1\n')
          expect((await fetch(`${url}/bootstrap/config`)).status).toBe(400)
          await rm(join(path, 'bootstrap/bootstrap'))
          expect((await fetch(`${url}/bootstrap`)).status).toBe(400)
        },
      ),
  ],
]

function wrongFiles(said: string[]): Promise<void> {
  const files = {
    neighbordb: WRONG_PATTERNS,
    'definitions/wrong': '- [',
    'nodes/EMPTY1/attributes': 'a: 1\n',
  }
  return withServer(said, { files }, async (server, { path }) => {
    for (const id of ['D1', 'D2', 'D3', 'N2', 'EMPTY1']) {
      expect([id, await post(server, id)]).toEqual([id, 400])
    }
    await writeFile(join(path, 'neighbordb'), 'patterns: [\n')
    expect(await post(server, 'N3')).toBe(400)
  })
}

function noDefinition(said: string[]): Promise<void> {
  const made = Object.entries(CALLS).map(([id, call]) => {
    const action = `{action: x, attributes: {v: "${call}"}}`
    const circle = id === 'circle' ? 'attributes: {a: $b, b: $a}\n' : ''
    return [`nodes/${id}/definition`, `${circle}actions:\n  - ${action}\n`]
  })
  const files = {
    ...Object.fromEntries(made),
    'nodes/broken/definition': '- [',
    'plugins/breaks': 'def main(node_id, pool):\n    raise ValueError("no such rack")\n',
  }
  return withServer(said, { files }, async (server, { path }) => {
    for (const id of [...Object.keys(CALLS), 'broken']) {
      await writeFiles(path, { [`nodes/${id}/pattern`]: 'interfaces: []\n' })
      const answers = [await post(server, id), await definition(server, id)]
      expect([id, ...answers]).toEqual([id, 409, 400])
    }
    const statuses: number[] = []
    for (const id of ['SN1', 'SN2', 'SN3']) {
      expect(await post(server, id)).toBe(201)
      statuses.push(await definition(server, id))
    }
    expect(statuses).toEqual([200, 200, 400])
    await post(server, 'SN1', SPINE2)
    expect(await definition(server, 'SN1')).toBe(400)
    await rm(join(path, 'nodes/SN2/pattern'))
    expect(await definition(server, 'SN2')).toBe(400)
  })
}

function slowPlugin(said: string[]): Promise<void> {
  const files = {
    'nodes/SN1/definition': `actions:\n  - {action: x, attributes: {v: "slow('x')"}}\n`,
    'nodes/SN1/pattern': 'interfaces: []\n',
    'plugins/slow': 'import time\ndef main(node_id, pool):\n    time.sleep(60)\n',
  }
  const settings = { plugins: { timeout: '1 s' } }
  return withServer(said, { files, settings }, async (server) => {
    expect([await post(server, 'SN1'), await definition(server, 'SN1')]).toEqual([409, 400])
  })
}

async function unstored(said: string[]): Promise<void> {
  const files = {
    'nodes/H1/config-handler': '#!/bin/sh\necho no\nexit 3\n',
    'nodes/H2/config-handler': '#!/nowhere/sh\n',
  }
  await withServer(said, { files }, async (server) => {
    expect([await put(server, 'NOBODY', 'x'), await put(server, 'H1', '')]).toEqual([400, 400])
    for (const id of ['H1', 'H2']) await runsHandler(server, id)
  })
  const slow = { 'nodes/H1/config-handler': '#!/bin/sh\nsleep 60\n' }
  const settings = { 'config-handler': { timeout: '1 s' } }
  await withServer(said, { files: slow, settings }, (server) => runsHandler(server, 'H1'))
}

async function runsHandler(server: TestServer, id: string): Promise<void> {
  expect(await put(server, id, 'hostname x\n')).toBe(201)
  await server.logs(`${id}: config-handler finished`)
}
