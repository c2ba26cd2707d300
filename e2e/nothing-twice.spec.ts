import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type DataRoot, makeDataRoot } from './support/data-root.ts'
import { type PoolDatabase, startDatabase } from './support/databases.ts'
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

/** An entry more than there are nodes, so that one that leaked is seen. */
const SIZE = NODES + 100

/** For each pool the entry that `at` stands for, and what a definition says to get one. */
const POOLS = {
  mgmt: { call: "allocate('mgmt')", entry: (at: number) => `10.0.${at >> 8}.${at & 255}/16` },
  loopback: { call: "sqlite('loopback')", entry: (at: number) => `192.0.${at >> 8}.${at & 255}` },
  names: { call: "postgres('names')", entry: (at: number) => `leaf${at}` },
} as const
type Pool = keyof typeof POOLS

let data: DataRoot
/** Those whose pool is a table. */
let databases: ReadonlyMap<string, PoolDatabase>
let servers: RestlessServers
let editor: PoolEditor

beforeAll(async () => {
  data = await makeDataRoot({
    ...FABRIC,
    'definitions/leaf': `actions:
  - action: add_config
    attributes:
      variables:
${Object.entries(POOLS)
  .map(([name, { call }]) => `        ${name}: ${call}\n`)
  .join('')}`,
    'resources/mgmt': `# management addresses\n${entriesOf('mgmt')
      .map((entry) => `${entry}: null\n`)
      .join('')}`,
  })
  databases = new Map([
    ['loopback', await startDatabase('sqlite', data.path)],
    ['names', await startDatabase('postgres', data.path)],
  ])
  databases.get('loopback')?.makePool('loopback', entriesOf('loopback'))
  databases.get('names')?.makePool('names', entriesOf('names'))
})

function entriesOf(pool: Pool): readonly string[] {
  return Array.from({ length: SIZE }, (_, at) => POOLS[pool].entry(at))
}

/** Who holds what: entry → node. */
async function heldIn(pool: Pool): Promise<ReadonlyMap<string, string | null>> {
  const holders = databases.get(pool)?.read(pool) ?? (await readPool(data.path, pool))
  return new Map([...holders].filter(([, holder]) => holder !== null))
}

afterAll(async () => {
  await editor.stop()
  await servers.stop()
  await Promise.all([...databases.values()].map((each) => each.remove()))
  await data.remove()
})

it(`${SERVERS} servers, ${NODES} nodes, an editor, and a kill -9 every second: nothing is given twice`, async () => {
  servers = await startRestlessServers(SERVERS, KILL_EVERY_MS, {
    dataRoot: data.path,
    settings: databases.get('names')?.settings ?? {},
  })
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
  // The last edit but one may have been an old copy: one who asks makes a server look.
  const [[id, first] = ['', {}]] = told
  expect(variablesOf(await patientSwitch(id, servers.urls).definition())).toEqual(first)
  console.info({ kills: servers.kills(), ...editor.counts() })

  expect(servers.kills()).toBeGreaterThan(10)
  for (const pool of ['mgmt', 'loopback', 'names'] as const) {
    const entries = new Map([...told].map(([id, answer]) => [answer[pool], id]))
    expect([pool, entries.size]).toEqual([pool, NODES])
    // Each with just that node; and nothing leaked by requests that were killed.
    expect([pool, await heldIn(pool)]).toEqual([pool, entries])
  }
  const text = await readFile(join(data.path, 'resources/mgmt'), 'utf8')
  expect(withoutHolders(text)).toBe(editor.lastSaved())
  expect(await servers.stop()).toEqual(Array.from({ length: SERVERS }, () => 0))
}, 600_000)

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
