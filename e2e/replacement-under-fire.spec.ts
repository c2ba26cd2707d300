import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type DataRoot, makeDataRoot } from './support/data-root.ts'
import { type PoolDatabase, startDatabase } from './support/databases.ts'
import { FABRIC, leafReport } from './support/fabric.ts'
import { patientSwitch } from './support/patient-switch.ts'
import { readPool } from './support/pool.ts'
import { type RestlessServers, startRestlessServers } from './support/restless-servers.ts'
import { runZtps } from './support/server.ts'

const REPLACED = 8
const RETIRED = 8
const NEWCOMERS = 120
/** The newcomers arrive within this time. */
const ARRIVAL_MS = 15_000
const ENTRIES = Array.from({ length: 400 }, (_, at) => `10.0.${at >> 8}.${at & 255}/16`)

/** What a node was told: an entry of a file, two of a table. */
type Told = { readonly mgmt: string; readonly first: string; readonly second: string }

let data: DataRoot
let database: PoolDatabase
let servers: RestlessServers

beforeAll(async () => {
  data = await makeDataRoot({
    ...FABRIC,
    'definitions/leaf': `actions:
  - action: add_config
    attributes:
      variables:
        mgmt: allocate('mgmt')
        first: sqlite('loopback')
        second: sqlite('loopback', 'second')
`,
    'resources/mgmt': ENTRIES.map((entry) => `${entry}: null\n`).join(''),
  })
  await writeFile(conf(), `[default]\ndata_root = ${data.path}\n`)
  database = await startDatabase('sqlite', data.path)
  database.makePool('loopback', ENTRIES)
  servers = await startRestlessServers(3, 1_500, {
    dataRoot: data.path,
    // A heir may be cabled in another way.
    settings: { default: { disable_topology_validation: 'True' } },
  })
})

afterAll(async () => {
  await servers.stop()
  await database.remove()
  await data.remove()
})

const conf = () => join(data.path, '..', 'ztps.conf')
const named = (name: string, count: number) =>
  Array.from({ length: count }, (_, at) => `${name}${at}`)

it('replacements and retirements while servers allocate and are killed', async () => {
  const old = await provisionAll(named('OLD', REPLACED))
  const retired = await provisionAll(named('GONE', RETIRED))
  const [newcomers, heirs] = await Promise.all([
    provisionAll(named('NEW', NEWCOMERS), ARRIVAL_MS),
    replaceAll(),
    retireAll(),
  ])
  await servers.calmDown()
  console.info({ kills: servers.kills() })
  expect(servers.kills()).toBeGreaterThan(3)

  // Who takes a place gets all that belonged to it, however early it came up.
  expect([...heirs.values()]).toEqual([...old.values()])
  const holders = new Map([...newcomers, ...heirs].flatMap(([id, told]) => claims(id, told)))
  expect(holders.size).toBe(3 * (NEWCOMERS + REPLACED))
  expect(await held()).toEqual(holders)
  expect(retired.size).toBe(RETIRED)
}, 600_000)

async function provisionAll(
  ids: readonly string[],
  withinMs = 0,
): Promise<ReadonlyMap<string, Told>> {
  const told = ids.map(async (id) => {
    await sleep(Math.random() * withinMs)
    const node = patientSwitch(id, servers.urls)
    expect([201, 409]).toContain((await node.register()).status)
    const first = toldIn(await node.definition())
    await sleep(Math.random() * 2_000)
    expect([id, toldIn(await node.definition())]).toEqual([id, first])
    return [id, first] as const
  })
  return new Map(await Promise.all(told))
}

/** One after the other; each heir is switched on before its time. */
async function replaceAll(): Promise<ReadonlyMap<string, Told>> {
  const heirs = named('HEIR', REPLACED).map(async (id) => [id, await untilConfigured(id)] as const)
  for (let at = 0; at < REPLACED; at += 1) {
    await ztps('nodes', 'replace', `OLD${at}`, `HEIR${at}`)
  }
  return new Map(await Promise.all(heirs))
}

async function untilConfigured(id: string): Promise<Told> {
  // Nothing of neighbordb is for it: it waits for the place of another.
  const report = leafReport(id, { neighbors: { Ethernet9: [{ device: 'x', port: 'y' }] } })
  const node = patientSwitch(id, servers.urls, report)
  for (;;) {
    expect([400, 409]).toContain((await node.register()).status)
    const answer = await node.definition()
    if (answer.status === 200) return toldIn(answer)
    expect(answer.status).toBe(400)
    await sleep(100)
  }
}

async function retireAll(): Promise<void> {
  for (const id of named('GONE', RETIRED)) {
    await ztps('nodes', 'remove', id)
    await ztps('pools', 'free', '--force', '--node', id)
  }
}

async function ztps(...words: readonly string[]): Promise<void> {
  const { status, stdout, stderr } = await runZtps(['-c', conf(), ...words])
  expect([words, status, stdout + stderr]).toEqual([words, 0, expect.any(String)])
}

function toldIn({ status, text }: { readonly status: number; readonly text: string }): Told {
  expect([status, text]).toEqual([200, expect.stringContaining('"second"')])
  return JSON.parse(text).actions[0].attributes.variables
}

/** Pool and entry → holder, as files and tables have it. */
function claims(id: string, { mgmt, first, second }: Told): readonly (readonly [string, string])[] {
  return [
    [`mgmt ${mgmt}`, id],
    [`loopback ${first}`, id],
    [`loopback ${second}`, `${id}/second`],
  ]
}

async function held(): Promise<ReadonlyMap<string, string | null>> {
  const mgmt = [...(await readPool(data.path, 'mgmt'))].map(([key, holder]) => {
    return [`mgmt ${key}`, holder] as const
  })
  const loopback = [...database.read('loopback')].map(([key, holder]) => {
    return [`loopback ${key}`, holder] as const
  })
  return new Map([...mgmt, ...loopback].filter(([, holder]) => holder !== null))
}
