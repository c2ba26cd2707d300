import { cp, rename, symlink } from 'node:fs/promises'
import { join } from 'node:path'
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
    neighbordb: `patterns:
  - {name: leaf, definition: leaf, interfaces: [{Ethernet49: "spine1:any"}]}
`,
    'definitions/leaf': `actions:
  - action: add_config
    attributes: {url: files/base.template, variables: {address: allocate('mgmt')}}
  - action: copy_file
    always_execute: true
    attributes: {src_url: files/motd, dst_url: /mnt/flash}
`,
    'resources/mgmt': Array.from({ length: 9 }, (_, at) => `192.0.2.${at}/24: null\n`).join(''),
    'files/base.template': 'hostname leaf\nip address $address\n',
    'files/motd': 'Welcome\n',
  })
  server = await startServer({ dataRoot: data.path })
})

afterAll(async () => {
  await server.stop()
  await data.remove()
})

/** What an operator does with the folder of a dead switch. */
const WAYS = [
  ['moved', rename],
  ['copied', (old: string, heir: string) => cp(old, heir, { recursive: true })],
  ['linked', (old: string, heir: string) => symlink(old, heir)],
] as const

describe.each(INTERPRETERS)('$name', (python) => {
  it.each(WAYS)(
    'a new switch takes the folder of a dead one, %s: it boots as that one',
    async (way, give) => {
      const [dead, heir] = ['DEAD', 'HEIR'].map(
        (who) => `${who}${way}${python.name.replace(/\W/g, '')}`,
      )
      const neighbors = { Ethernet49: 'spine1:Ethernet1' }
      const first = await rackSwitch({ serial: dead ?? '', python, neighbors })
      expect((await first.boot(server.url)).booted).toBe(true)
      // What was configured since, and came back to the server.
      const config = `${await first.read('startup-config')}! changed by hand\n`
      const put = await fetch(`${server.url}/nodes/${dead}/startup-config`, {
        method: 'PUT',
        body: config,
      })
      expect(put.status).toBe(201)

      const nodes = join(data.path, 'nodes')
      await give(join(nodes, dead ?? ''), join(nodes, heir ?? ''))
      const taken = await readPool(data.path, 'mgmt')
      const second = await rackSwitch({ serial: heir ?? '', python, neighbors })
      const { booted, output } = await second.boot(server.url)
      expect([booted, output]).toEqual([true, expect.stringContaining('(status=409)')])
      expect(await second.read('startup-config')).toBe(config)
      expect(await second.files()).toEqual(['motd', 'startup-config'])
      expect(await readPool(data.path, 'mgmt')).toEqual(taken)
      await server.logs(`${heir}: definition sent, actions: replace_config, copy_file`)
    },
  )
})
