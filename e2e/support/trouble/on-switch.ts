import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { freePort } from '../../../src/http/free-port.ts'
import { Authority } from '../certificates.ts'
import { startCuttingProxy } from '../cutting-proxy.ts'
import type { Files } from '../data-root.ts'
import { INTERPRETERS } from '../interpreters.ts'
import type { TestServer } from '../server.ts'
import { clientFiles, rackSwitch } from '../virtual-eos.ts'
import { type Story, withServer } from './story.ts'

/** Actions that fail: the node → the action. */
const FAILING: Readonly<Record<string, string>> = {
  SN1: '{action: add_config, attributes: {url: files/nowhere}}',
  SN2: '{action: nowhere}',
  SN3: '{action: add_config}',
  SN4: '{action: add_config, attributes: {url: files/t, substitution_mode: strict, variables: {a: 1}}}',
  SN5: '{action: run_bash_script, attributes: {url: files/fails}}',
  SN6: '{action: run_bash_script, timeout: 1, attributes: {url: files/hangs}}',
  SN7: '{action: run_bash_script, attributes: {url: files/nothing}}',
}

/** The run on the switch fails. */
export const ON_SWITCH: readonly Story[] = [
  ['actions fail', actionsFail],
  [
    'the cables are wrong',
    async (said) => {
      const files = await fleet({ SN1: '{action: nowhere}' }, 'interfaces: [Ethernet1: spine9]\n')
      await withServer(said, { files }, (server) => failingBoot(said, server, 'SN1'))
    },
  ],
  [
    'a switch has no room',
    async (said) => {
      const action = '{action: copy_file, attributes: {src_url: files/big, dst_url: /mnt/flash}}'
      const files = { ...(await fleet({ SN1: action })), 'files/big': new Uint8Array(3_000_000) }
      await withServer(said, { files }, (server) => failingBoot(said, server, 'SN1', 1_000_000))
    },
  ],
  ['a file is altered on its way', alteredFile],
  ['nobody answers', (said) => elsewhere(said, async () => `http://127.0.0.1:${await freePort()}`)],
  ['nobody knows the authority', unknownAuthority],
]

/** The real script and actions, and a node with one action for each entry. */
async function fleet(
  nodes: Readonly<Record<string, string>>,
  pattern = 'interfaces: []\n',
): Promise<Files> {
  const folders = Object.entries(nodes).flatMap(([id, action]) => [
    [`nodes/${id}/definition`, `actions:\n  - ${action}\n`],
    [`nodes/${id}/pattern`, pattern],
  ])
  return { ...(await clientFiles()), ...Object.fromEntries(folders) }
}

/** Boots a switch that fails; what its console said is kept. */
async function failingBoot(
  said: string[],
  server: TestServer,
  serial: string,
  flashBytes?: number,
): Promise<void> {
  const [python = { name: '', path: '' }] = INTERPRETERS
  const neighbors = { Ethernet1: 'spine1:Ethernet1' }
  const room = flashBytes === undefined ? {} : { flashBytes }
  const eos = await rackSwitch({ serial, python, neighbors, ...room })
  const { booted, output } = await eos.boot(server.url)
  said.push(output)
  expect([serial, booted]).toEqual([serial, false])
}

async function actionsFail(said: string[]): Promise<void> {
  const files = {
    ...(await fleet(FAILING)),
    'files/t': 'hostname $name\n',
    'files/fails': '#!/bin/sh\necho why >&2\nexit 3\n',
    'files/hangs': '#!/bin/sh\nsleep 60\n',
    'files/nothing': '#!/bin/sh\n',
    'nodes/SN8/definition': 'name: nothing to do\nactions: []\n',
    'nodes/SN8/pattern': 'interfaces: []\n',
    neighbordb: 'patterns: []\n',
  }
  await withServer(said, { files }, async (server) => {
    // SN9 is nobody's.
    for (const id of [...Object.keys(FAILING), 'SN8', 'SN9']) await failingBoot(said, server, id)
  })
}

async function alteredFile(said: string[]): Promise<void> {
  const proxy = await startCuttingProxy()
  // Behind the headers.
  const damage = { kind: 'damage', after: 2_000 } as const
  proxy.spoil('/files/long', [damage, damage])
  const action = '{action: replace_config, attributes: {url: files/long}}'
  const files = { ...(await fleet({ SN1: action })), 'files/long': '! a line\n'.repeat(999) }
  const settings = { default: { server_url: proxy.url } }
  await withServer(said, { files, settings }, async (server) => {
    proxy.forwardTo(server.port)
    await failingBoot(said, server, 'SN1')
  })
  await proxy.close()
}

/** A script that is sent to another server than it came from. */
async function elsewhere(said: string[], where: () => Promise<string>): Promise<void> {
  const settings = { default: { server_url: await where() } }
  await withServer(said, { files: await clientFiles(), settings }, (server) =>
    failingBoot(said, server, 'SN1'),
  )
}

async function unknownAuthority(said: string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'ztps-trouble-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const { cert, key } = await (await Authority.in(folder)).issue('server')
  const settings = { server: { tls_cert: cert, tls_key: key } }
  await withServer(said, { settings }, ({ port }) =>
    elsewhere(said, async () => `https://127.0.0.1:${port}`),
  )
}
