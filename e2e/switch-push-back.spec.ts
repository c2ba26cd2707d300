import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DataRoot, makeDataRoot, writeFiles } from './support/data-root.ts'
import { INTERPRETERS } from './support/interpreters.ts'
import { startServer, type TestServer } from './support/server.ts'
import { clientFiles, rackSwitch } from './support/virtual-eos.ts'

let data: DataRoot
let server: TestServer

/** As ZTPServer's documents have it: the command that switches in the field run. */
const EVENT_HANDLER = `event-handler configpush
 trigger on-startup-config
 ! for the default VRF
 action bash export SYSMAC=\`FastCli -p 15 -c 'show ver | grep MAC | cut -d" " -f 5' | sed 's/[.]*//g'\`; curl http://$ztpserver:$port/nodes/$SYSMAC/startup-config -H "content-type: text/plain" --data-binary @/mnt/flash/startup-config -X PUT
`

beforeAll(async () => {
  // Long enough for curl to ask first whether it may send so much (Expect: 100-continue).
  const long = Array.from({ length: 30_000 }, (_, at) => `vlan ${at}\n   name vlan-${at}-of-many\n`)
  data = await makeDataRoot({
    ...(await clientFiles()),
    neighbordb: 'patterns:\n  - {name: all, definition: all, config-handler: note, model: .*}\n',
    'config-handlers/note': '#!/bin/sh\necho "handled $1: $(wc -c < startup-config) bytes"\n',
    'definitions/all': `actions:
  - action: add_config
    attributes: {url: files/vlans}
  - action: add_config
    attributes: {url: files/push, variables: {ztpserver: 127.0.0.1}}
`,
    'files/vlans': long.join(''),
  })
  server = await startServer({
    dataRoot: data.path,
    settings: { default: { identifier: 'systemmac' } },
  })
  const handler = EVENT_HANDLER.replace('$port', String(server.port))
  await writeFiles(data.path, { 'files/push': handler })
})

afterAll(async () => {
  await server.stop()
  await data.remove()
})

describe.each(INTERPRETERS)('$name', (python) => {
  const digits = python.name.replace(/\D/g, '').padEnd(6, '0').slice(0, 6)
  const id = `001c73${digits}`

  it("after `write memory` the event-handler's curl command sends the configuration back", async () => {
    const leaf = await rackSwitch({ serial: '', python, mac: colons(id) })
    const { booted, output } = await leaf.boot(server.url, { writeMemory: true })
    expect([booted, output]).toEqual([true, expect.stringContaining('completed successfully!')])
    const config = await leaf.read('startup-config')
    expect(config.length).toBeGreaterThan(1024 * 1024)
    const stored = await readFile(join(data.path, 'nodes', id, 'startup-config'), 'utf8')
    expect(stored).toBe(config)
    await server.logs(`${id}: Startup-config saved for ${id} (${config.length} bytes, new)`)
    await server.logs(`${id}: config-handler: handled ${id}: ${config.length} bytes`)

    // From then on it is what the node boots with.
    await leaf.erase('startup-config')
    expect((await leaf.boot(server.url, { writeMemory: true })).booted).toBe(true)
    expect(await leaf.read('startup-config')).toBe(config)
    await server.logs(`${id}: Startup-config saved for ${id} (${config.length} bytes, replaced)`)
  })
})

function colons(mac: string): string {
  return mac.replace(/(..)(?!$)/g, '$1:')
}
