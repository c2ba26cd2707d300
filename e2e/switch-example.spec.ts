import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { INTERPRETERS } from './support/interpreters.ts'
import { readPool } from './support/pool.ts'
import { runZtps, startServer, type TestServer } from './support/server.ts'
import { canSeal, rackSwitch } from './support/virtual-eos.ts'

let folder: string
let dataRoot: string
let server: TestServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ztps-e2e-'))
  dataRoot = join(folder, 'data')
  expect((await runZtps(['init', dataRoot])).status).toBe(0)
  server = await startServer({ dataRoot })
  // As an operator would: where the switches of this fabric reach their server.
  const leaf = join(dataRoot, 'definitions/pod1/leaf')
  const text = await readFile(leaf, 'utf8')
  await writeFile(leaf, text.replace('http://ztpserver:8080', server.url))
})

afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true })
})

// The example writes to /persist/sys: on a machine that cannot seal a switch, that is its own.
describe.skipIf(!canSeal())('sealed (needs root and overlayfs)', () => {
  describe.each(INTERPRETERS)('$name', (python) => {
    it('what `ztps init` makes provisions a leaf, which then sends its configuration back', async () => {
      const serial = `JPE${python.name.replace(/\W/g, '')}`
      const neighbors = {
        Management1: 'pod1-oob1:Ethernet3',
        Ethernet49: 'pod1-spine1:Ethernet3',
        Ethernet50: 'pod1-spine2:Ethernet3',
      }
      const leaf = await rackSwitch({ serial, python, neighbors, sealed: true })
      const { booted, output } = await leaf.boot(server.url, { writeMemory: true })
      expect([booted, output]).toEqual([true, expect.stringContaining('completed successfully!')])

      const hostnames = await readPool(dataRoot, 'leaf_hostnames')
      const [hostname] = [...hostnames].find(([, holder]) => holder === serial) ?? []
      const config = await leaf.read('startup-config')
      expect(config).toContain(`\nhostname ${hostname}\n`)
      expect(await leaf.files()).toEqual([`provisioned-${hostname}`, 'startup-config'])
      expect(await leaf.read(`provisioned-${hostname}`)).toBe(config)
      const stored = await readFile(join(dataRoot, 'nodes', serial, 'startup-config'), 'utf8')
      expect(stored).toBe(config)
      await server.logs(`${serial}: Startup-config saved for ${serial}`)
    })
  })
})
