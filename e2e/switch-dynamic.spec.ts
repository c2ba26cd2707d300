import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DataRoot, makeDataRoot } from './support/data-root.ts'
import { INTERPRETERS } from './support/interpreters.ts'
import { readPool } from './support/pool.ts'
import { startServer, type TestServer } from './support/server.ts'
import { clientFiles, rackSwitch } from './support/virtual-eos.ts'

let data: DataRoot
let server: TestServer

beforeAll(async () => {
  data = await makeDataRoot({
    ...(await clientFiles()),
    neighbordb: `variables:
  - spine: regex('spine\\d+')
patterns:
  - name: leaf of pod 1
    definition: leaf
    interfaces:
      - Ethernet49: $spine:any
      - Ethernet50: $spine:any
`,
    'definitions/leaf': `name: leaf
attributes:
  domain: example.net
actions:
  - action: add_config
    name: base
    onstart: here it begins
    onsuccess: here it ends
    attributes:
      url: files/base.template
      substitution_mode: strict
      variables:
        hostname: allocate('hostnames')
        domain: $domain
  - action: add_config
    name: management
    attributes:
      url: files/management.template
      variables:
        address: allocate('mgmt')
`,
    'resources/hostnames': 'leaf-1: null\nleaf-2: null\n',
    'resources/mgmt': '192.0.2.11/24: null # rack 1\n192.0.2.12/24: null # rack 2\n',
    'files/base.template': 'hostname $hostname\ndns domain ${domain}\n',
    'files/management.template': 'interface Management1\n   ip address $address\n! a $word stays\n',
  })
  server = await startServer({ dataRoot: data.path })
})

afterAll(async () => {
  await server.stop()
  await data.remove()
})

const CABLED = { Ethernet49: 'spine1:Ethernet1', Ethernet50: 'spine2:Ethernet1' }

describe.each(INTERPRETERS)('$name', (python) => {
  it('a switch at its place boots with the startup-config made for it; again: the same one', async () => {
    const serial = `DYN${python.name.replace(/\W/g, '')}`
    const leaf = await rackSwitch({ serial, python, neighbors: CABLED })

    const first = await leaf.boot(server.url)
    expect(first).toMatchObject({
      booted: true,
      verdict: 'ZTP bootstrap completed successfully!',
    })
    expect(first.output).toContain(`ZTPS - INFO: ${serial}: Action add_config: here it begins`)
    expect(first.output).toContain('(status=201)')
    expect(first.output).not.toContain('ERROR')
    const [hostname, address] = await Promise.all([
      heldBy('hostnames', serial),
      heldBy('mgmt', serial),
    ])
    const config = `hostname ${hostname}
dns domain example.net

interface Management1
   ip address ${address}
! a $word stays
`
    expect(await leaf.read('startup-config')).toBe(config)
    expect(await leaf.files()).toEqual(['startup-config'])
    await server.logs(`${serial}: node matched 'leaf of pod 1' pattern in neighbordb`)
    await server.logs(`${serial}: bootstrap succeeded, 100 %`)

    // Somebody erased the configuration: the node is known, 409, and keeps what it holds.
    await leaf.erase('startup-config')
    const second = await leaf.boot(server.url)
    expect(second.booted).toBe(true)
    expect(second.output).toContain('(status=409)')
    expect(second.output).not.toContain('ERROR')
    expect(await leaf.read('startup-config')).toBe(config)
    await server.logs(`${serial}: this node already exists on the server`)
    expect([await heldBy('hostnames', serial), await heldBy('mgmt', serial)]).toEqual([
      hostname,
      address,
    ])
  })

  it('a switch at no known place is refused, and says so', async () => {
    const serial = `LOST${python.name.replace(/\W/g, '')}`
    const lost = await rackSwitch({ serial, python, neighbors: { Ethernet49: 'spine1:Ethernet1' } })
    const { booted, verdict } = await lost.boot(server.url)
    expect([booted, verdict]).toEqual([
      false,
      'ERROR: [registration] Bootstrap process failed: node not found on server (status=400)',
    ])
    expect(await lost.files()).toEqual([])
    await server.logs(`${serial}: node matched no patterns in neighbordb`)
  })
})

/** The one entry of the pool that a node holds. */
async function heldBy(pool: string, serial: string): Promise<string | undefined> {
  const holders = await readPool(data.path, pool)
  const held = [...holders].filter(([, holder]) => holder === serial).map(([entry]) => entry)
  expect(held.length).toBe(1)
  return held[0]
}
