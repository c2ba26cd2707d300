import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DataRoot, makeDataRoot } from './support/data-root.ts'
import { INTERPRETERS } from './support/interpreters.ts'
import { startServer, type TestServer } from './support/server.ts'
import { clientFiles, rackSwitch } from './support/virtual-eos.ts'

const CONFIG = 'hostname border\n! nothing is filled in: $hostname, ${hostname}, grün\n'

let data: DataRoot
let server: TestServer

beforeAll(async () => {
  data = await makeDataRoot({
    ...(await clientFiles()),
    'nodes/STATIC1/startup-config': CONFIG,
    'nodes/STATIC1/pattern': 'name: border\ninterfaces:\n  - Management1: oob1:any\n',
    'nodes/STATIC1/definition': `actions:
  - action: add_config
    attributes: {url: files/never}
  - action: copy_file
    always_execute: true
    attributes: {src_url: files/motd, dst_url: /mnt/flash/banners, mode: '0640'}
`,
    'files/motd': 'Welcome\n',
  })
  server = await startServer({ dataRoot: data.path })
})

afterAll(async () => {
  await server.stop()
  await data.remove()
})

describe.each(INTERPRETERS)('$name', (python) => {
  it('a node with a startup-config gets it byte for byte, and the actions that always run', async () => {
    const neighbors = { Management1: 'oob1:Ethernet7' }
    const border = await rackSwitch({ serial: 'STATIC1', python, neighbors })
    const { booted, output } = await border.boot(server.url)
    expect([booted, output]).toEqual([true, expect.stringContaining('(status=409)')])
    expect(await border.files()).toEqual(['banners/motd', 'startup-config'])
    expect(await border.read('startup-config')).toBe(CONFIG)
    expect(await border.read('banners/motd')).toBe('Welcome\n')
    await server.logs('STATIC1: definition sent, actions: replace_config, copy_file')
  })

  it('cabled in another way it is refused, and the server says which way', async () => {
    const neighbors = { Management1: 'oob2:Ethernet7' }
    const border = await rackSwitch({ serial: 'STATIC1', python, neighbors })
    const { booted, verdict } = await border.boot(server.url)
    expect([booted, verdict]).toEqual([
      false,
      'ERROR: [definition] Bootstrap process failed: server-side topology check failed (status=400)',
    ])
    expect(await border.files()).toEqual([])
    await server.logs(/STATIC1: node failed pattern validation \(.*oob1.*oob2/)
  })
})
