import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type DataRoot, makeDataRoot } from './support/data-root.ts'
import { INTERPRETERS } from './support/interpreters.ts'
import { readPool } from './support/pool.ts'
import { startServer, type TestServer } from './support/server.ts'
import { clientFiles, rackSwitch } from './support/virtual-eos.ts'

const SWITCHES = 64

let data: DataRoot
let server: TestServer

beforeAll(async () => {
  const pool = (entry: (at: number) => string) =>
    Array.from({ length: SWITCHES }, (_, at) => `${entry(at)}: null\n`).join('')
  data = await makeDataRoot({
    ...(await clientFiles()),
    neighbordb: `patterns:
  - {name: leaf, definition: leaf, interfaces: [{Ethernet49: "spine1:any"}]}
`,
    'definitions/leaf': `actions:
  - action: add_config
    attributes:
      url: files/base.template
      substitution_mode: strict
      variables: {hostname: allocate('names'), address: allocate('mgmt')}
`,
    // Just enough for all: an entry given out twice would leave a switch without one.
    'resources/names': pool((at) => `leaf-${at}`),
    'resources/mgmt': pool((at) => `192.0.2.${at}/24`),
    'files/base.template': '$hostname $address\n',
  })
  server = await startServer({ dataRoot: data.path })
})

afterAll(async () => {
  await server.stop()
  await data.remove()
})

const names = INTERPRETERS.map(({ name }) => name).join(' and ')

it(`${SWITCHES} switches at once, ${names} in turn: all boot, nothing is given out twice`, async () => {
  const started = performance.now()
  const configs = await Promise.all(
    Array.from({ length: SWITCHES }, async (_, at) => {
      const python = INTERPRETERS[at % INTERPRETERS.length]
      if (python === undefined) throw new Error('no Python')
      const serial = `FLEET${at}`
      const neighbors = { Ethernet49: `spine1:Ethernet${at + 1}` }
      const leaf = await rackSwitch({ serial, python, neighbors })
      const { booted, output } = await leaf.boot(server.url)
      expect([serial, booted, output]).toEqual([serial, true, expect.any(String)])
      return [serial, await leaf.read('startup-config')] as const
    }),
  )
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  // For bench/README.md; nothing is asserted of it.
  console.log(`${SWITCHES} switches in ${seconds} s, server's peak RSS ${await peakRss()}`)
  const [hostnames, addresses] = await Promise.all(
    ['names', 'mgmt'].map(async (pool) => byHolder(await readPool(data.path, pool))),
  )
  expect([hostnames?.size, addresses?.size]).toEqual([SWITCHES, SWITCHES])
  for (const [serial, config] of configs) {
    expect(config).toBe(`${hostnames?.get(serial)} ${addresses?.get(serial)}\n`)
    await server.logs(`${serial}: bootstrap succeeded, 100 %`)
  }
}, 400_000)

async function peakRss(): Promise<string> {
  const status = await readFile(`/proc/${server.pid}/status`, 'utf8')
  return /^VmHWM:\s*(.*)$/m.exec(status)?.[1] ?? 'unknown'
}

/** Node → the entry that it holds. */
function byHolder(pool: ReadonlyMap<string, string | null>): ReadonlyMap<string | null, string> {
  return new Map([...pool].map(([entry, holder]) => [holder, entry]))
}
