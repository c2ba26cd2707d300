import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { curl } from '../curl.ts'
import type { Files } from '../data-root.ts'
import { INTERPRETERS } from '../interpreters.ts'
import { readPool } from '../pool.ts'
import { clientFiles, rackSwitch } from '../virtual-eos.ts'

/** Larger than what our server keeps in memory, so that sendfile has something to do. */
export const IMAGE = Buffer.alloc(3 * 1024 * 1024, 'An image of EOS.\n')

/** What a leaf of the story is provisioned with: every kind of request of the bootstrap script. */
export async function storyFiles(): Promise<Files> {
  return {
    ...(await clientFiles()),
    neighbordb: `patterns:
  - name: leaf
    definition: leaf
    interfaces:
      - Ethernet1: spine1:any
`,
    'definitions/leaf': `actions:
  - action: add_config
    attributes:
      url: files/leaf.template
      variables: {address: allocate('mgmt')}
  - action: copy_file
    attributes: {src_url: files/images/EOS-4.33.swi, dst_url: /mnt/flash, overwrite: replace}
`,
    'resources/mgmt': '192.0.2.11/24: null\n192.0.2.12/24: null\n',
    'files/images/EOS-4.33.swi': IMAGE,
    'files/leaf.template': `interface Management1
   ip address $address
`,
  }
}

export type Provisioned = {
  readonly dataRoot: string
  /** As the configuration has it: what the switch gets from DHCP, less `/bootstrap`. */
  readonly serverUrl: string
  /** The log of the server behind, wherever it appears. */
  readonly log: () => Promise<string>
}

/**
 * A switch finds the server behind the front server, is provisioned through it, and what happened
 * stands in the log.
 */
export async function tellStory(serial: string, through: Provisioned): Promise<void> {
  const { dataRoot, serverUrl, log } = through
  await fetchesAsIs(`${serverUrl}/bootstrap`, `${serverUrl}`)
  const [python] = INTERPRETERS
  if (python === undefined) throw new Error('the virtual switches need a python3 on the PATH')
  const leaf = await rackSwitch({ serial, python, neighbors: { Ethernet1: 'spine1:Ethernet7' } })
  const { booted, output } = await leaf.boot(serverUrl)
  expect([booted, output]).toEqual([true, expect.stringContaining('completed successfully!')])

  const pool = await readPool(dataRoot, 'mgmt')
  const [address] = [...pool].find(([, holder]) => holder === serial) ?? []
  const config = await leaf.read('startup-config')
  expect(config).toContain(`ip address ${address}\n`)
  const image = await readFile(leaf.path('EOS-4.33.swi'))
  expect(image.equals(IMAGE)).toBe(true)

  const saved = await curl('-X', 'PUT', '--data-binary', config, startupConfig(serverUrl, serial))
  expect(saved).toMatchObject({ exit: 0, status: 201 })
  const stored = join(dataRoot, 'nodes', serial, 'startup-config')
  expect(await readFile(stored, 'utf8')).toBe(config)
  const kept = await curl(startupConfig(serverUrl, serial))
  expect([kept.status, kept.body]).toEqual([200, config])
  await expect.poll(log).toContain(`Startup-config saved for ${serial}`)
  // It may have been another process, whose lines come by another way.
  await expect.poll(log).toContain(`${serial}: node matched 'leaf' pattern in neighbordb`)
}

function startupConfig(serverUrl: string, serial: string): string {
  return `${serverUrl}/nodes/${serial}/startup-config`
}

/** The script is there, complete and not compressed, even for a client that would like it to be. */
async function fetchesAsIs(url: string, serverUrl: string): Promise<void> {
  const { status, body } = await curl('-i', '-H', 'Accept-Encoding: gzip, deflate, br', url)
  const head = body.slice(0, body.search(/\r?\n\r?\n/)).toLowerCase()
  expect([url, status, head]).toEqual([url, 200, expect.stringContaining('content-length: ')])
  expect(head).toContain('content-type: text/x-python; charset=utf-8')
  expect(head).not.toContain('content-encoding')
  expect(body).toContain(serverUrl)
}
