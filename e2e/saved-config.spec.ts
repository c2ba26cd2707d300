import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DataRoot, makeDataRoot } from './support/data-root.ts'
import { FABRIC, leafReport, postNode } from './support/fabric.ts'
import { startServer, type TestServer } from './support/server.ts'

let data: DataRoot
let server: TestServer

const HANDLER = `echo "handling $1"
test "$2" = "$ZTPS_STARTUP_CONFIG" && test "$ZTPS_NODE_ID" = "$1" && cp "$2" "$ZTPS_DATA_ROOT/seen-$1"
pwd > here
exit 3
`

beforeEach(async () => {
  data = await makeDataRoot({
    ...FABRIC,
    neighbordb: `patterns:
  - name: handled
    definition: leaf
    config-handler: keep
    interfaces: [{Ethernet1: spine1}]
`,
    'config-handlers/keep': HANDLER,
  })
  server = await startServer({ dataRoot: data.path, settings: { backup: { keep: 3 } } })
  await postNode(server.url, leafReport('HAND1'))
})

afterEach(async () => {
  await server.stop()
  await data.remove()
})

async function put(body: string): Promise<number> {
  const url = `${server.url}/nodes/HAND1/startup-config`
  return (await fetch(url, { method: 'PUT', body })).status
}

describe('a startup-config that arrives', () => {
  it('runs the config-handler, whose failure does not fail the PUT', async () => {
    expect(await put('hostname one\n')).toBe(201)
    await server.logs(/HAND1: config-handler finished with exit status 3/)
    await server.logs(/HAND1: .*handling HAND1/)
    expect(await readFile(join(data.path, 'seen-HAND1'), 'utf8')).toBe('hostname one\n')
    const here = await readFile(join(data.path, 'nodes/HAND1/here'), 'utf8')
    expect(here.trim()).toMatch(/nodes\/HAND1$/)
  })

  it('leaves the versions before it, as many as are to be kept', async () => {
    for (const body of ['one', 'two', 'two', 'three', 'four', 'five']) await put(body)
    const folder = join(data.path, '.ztps/versions/HAND1')
    const names = (await readdir(folder)).toSorted()
    const kept = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
    expect(kept).toEqual(['two', 'three', 'four'])
  })
})
