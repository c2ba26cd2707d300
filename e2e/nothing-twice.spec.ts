import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type DataRoot, makeDataRoot } from './support/data-root.ts'
import { FABRIC } from './support/fabric.ts'
import { patientSwitch } from './support/patient-switch.ts'
import { readPool } from './support/pool.ts'
import { type PoolEditor, startPoolEditor, withoutHolders } from './support/pool-editor.ts'
import { type RestlessServers, startRestlessServers } from './support/restless-servers.ts'

const SERVERS = 4
const NODES = 1_000
const KILL_EVERY_MS = 1_000
/** The switches are racked within this time. */
const ARRIVAL_MS = 25_000

const POOLS = ['mgmt'] as const

let data: DataRoot
let servers: RestlessServers
let editor: PoolEditor

beforeAll(async () => {
  const lines = Array.from({ length: NODES + 100 }, (_, at) => {
    return `10.0.${at >> 8}.${at & 255}/16: null\n`
  })
  data = await makeDataRoot({
    ...FABRIC,
    'definitions/leaf': `name: leaf
actions:
  - action: add_config
    attributes:
      variables:
        mgmt: allocate('mgmt')
`,
    'resources/mgmt': `# management addresses\n${lines.join('')}`,
  })
})

afterAll(async () => {
  await editor.stop()
  await servers.stop()
  await data.remove()
})

it(`${SERVERS} servers, ${NODES} nodes, an editor, and a kill -9 every second: nothing is given twice`, async () => {
  servers = await startRestlessServers(SERVERS, KILL_EVERY_MS, { dataRoot: data.path })
  editor = startPoolEditor(join(data.path, 'resources/mgmt'))
  const told = new Map(
    await Promise.all(
      Array.from({ length: NODES }, async (_, at) => {
        const id = `NODE${at}`
        await sleep(Math.random() * ARRIVAL_MS)
        return [id, await provision(id, servers.urls)] as const
      }),
    ),
  )
  await editor.stop()
  await servers.calmDown()
  console.info({ kills: servers.kills(), ...editor.counts() })

  expect(servers.kills()).toBeGreaterThan(10)
  for (const pool of POOLS) {
    expect(new Set([...told.values()].map((answer) => answer[pool])).size).toBe(NODES)
  }
  const holders = await readPool(data.path, 'mgmt')
  const held = [...holders].filter(([, holder]) => holder !== null)
  // Each with just that node; and nothing leaked by requests that were killed.
  expect(new Map(held)).toEqual(new Map([...told].map(([id, { mgmt = '' }]) => [mgmt, id])))
  const text = await readFile(join(data.path, 'resources/mgmt'), 'utf8')
  expect(withoutHolders(text)).toBe(editor.lastSaved())
  expect(await servers.stop()).toEqual(Array.from({ length: SERVERS }, () => 0))
}, 240_000)

type Variables = Readonly<Record<string, string>>

/** The life of a switch: it registers, runs what it is told, perhaps twice, and reports success. */
async function provision(id: string, urls: () => readonly string[]): Promise<Variables> {
  const node = patientSwitch(id, urls)
  expect([201, 409]).toContain((await node.register()).status)
  const first = variablesOf(await node.definition())
  await sleep(Math.random() * 3_000)
  if (Math.random() < 0.5) expect([id, variablesOf(await node.definition())]).toEqual([id, first])
  expect((await node.reportSuccess()).status).toBe(204)
  await sleep(Math.random() * 3_000)
  expect([id, variablesOf(await node.definition())]).toEqual([id, first])
  return first
}

function variablesOf({ status, text }: { readonly status: number; readonly text: string }) {
  expect([status, text]).toEqual([200, expect.stringContaining('"variables"')])
  const variables: Variables = JSON.parse(text).actions[0].attributes.variables
  return variables
}
