import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  type DatabaseServer,
  type Rows,
  startMariadb,
  startPostgres,
  type TestDatabase,
} from '../src/store/sql/testing/database-servers.ts'
import { sqliteRows } from '../src/store/sql/testing/sqlite-rows.ts'
import { type DataRoot, makeDataRoot } from './support/data-root.ts'
import { FABRIC, leafReport, postNode } from './support/fabric.ts'
import { startServer, type TestServer } from './support/server.ts'

const KINDS = ['sqlite', 'postgres', 'mysql'] as const
type Kind = (typeof KINDS)[number]

let postgres: DatabaseServer
let mariadb: DatabaseServer
let data: DataRoot
let server: TestServer
let databases: { readonly postgres: TestDatabase; readonly mysql: TestDatabase }

beforeAll(async () => {
  ;[postgres, mariadb] = await Promise.all([startPostgres(), startMariadb()])
})

afterAll(async () => {
  await Promise.all([postgres, mariadb].map((each) => each?.remove()))
})

afterEach(async () => {
  await server?.stop()
  await data?.remove()
})

/** A server whose leaves take from tables, all with the same two rows. */
async function serve(attributes: string, debug = false): Promise<void> {
  const definition = `name: leaf
actions:
  - action: add_config
    attributes:
${attributes.replace(/^/gm, '      ')}
`
  data = await makeDataRoot({ ...FABRIC, 'definitions/leaf': definition })
  databases = { postgres: postgres.createDatabase(), mysql: mariadb.createDatabase() }
  for (const kind of KINDS) {
    const key = kind === 'mysql' ? '`key`' : '"key"'
    await run(kind, `create table mgmt (node_id varchar(80), ${key} varchar(80))`)
    await run(kind, "insert into mgmt values (NULL, '10.0.0.1/24'), (NULL, '10.0.0.2/24')")
    await run(kind, `create table vlans (node_id varchar(80), ${key} integer)`)
    await run(kind, 'insert into vlans values (NULL, 100), (NULL, 200)')
    await run(kind, `create table empty (node_id varchar(80), ${key} varchar(80))`)
  }
  databases.postgres.sql('grant all on all tables in schema public to ztps')
  const { postgres: first, mysql: second } = databases
  const settings = { postgres: { url: first.url }, mysql: { url: second.url } }
  server = await startServer({
    dataRoot: data.path,
    settings,
    arguments: debug ? ['--debug'] : [],
  })
}

async function run(kind: Kind, statement: string): Promise<Rows> {
  if (kind !== 'sqlite') return databases[kind].sql(statement)
  const path = join(data.path, 'db/resources.db')
  await mkdir(dirname(path), { recursive: true })
  return sqliteRows(path, statement)
}

async function definitionOf(id: string): Promise<Response> {
  await postNode(server.url, leafReport(id))
  return fetch(`${server.url}/nodes/${id}`)
}

async function attributesOf(id: string): Promise<unknown> {
  const response = await definitionOf(id)
  const text = await response.text()
  expect([response.status, text]).toEqual([200, expect.stringContaining('actions')])
  return JSON.parse(text).actions[0].attributes
}

const ALL = KINDS.flatMap((kind) => [
  `${kind}: ${kind}('mgmt')`,
  `${kind}_loopback: ${kind}("mgmt", "it's a loopback")`,
  `${kind}_vlan: ${kind}('vlans')`,
]).join('\n')

describe('a definition that takes from three databases', () => {
  it('gets the same each time: text, numbers, and an entry for each label', async () => {
    await serve(ALL)
    const expected = Object.fromEntries(
      KINDS.flatMap((kind) => [
        [kind, '10.0.0.1/24'],
        [`${kind}_loopback`, '10.0.0.2/24'],
        [`${kind}_vlan`, 100],
      ]),
    )
    expect(await attributesOf('N1')).toEqual(expected)
    expect(await attributesOf('N1')).toEqual(expected)
    const refused = await definitionOf('N2')
    expect(refused.status).toBe(400)
    await server.logs("N2: no resource free in 'mgmt': none of its 2 entries is left for N2")
    for (const kind of KINDS) {
      const held = (await run(kind, 'select node_id from mgmt order by node_id')).flat()
      expect([kind, held]).toEqual([kind, ['N1', "N1/it's a loopback"]])
    }
  })

  it('marks what a node took as in use once the node reports success', async () => {
    await serve(ALL)
    await attributesOf('N1')
    const event = { stage: 'bootstrap', status: 'succeeded' }
    const reported = await fetch(`${server.url}/nodes/N1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(event),
    })
    expect(reported.status).toBeLessThan(300)
    for (const kind of KINDS) {
      await expect
        .poll(async () => run(kind, 'select distinct state from ztps_ledger'))
        .toEqual([['in use']])
    }
  })

  it.each(KINDS)('gives all back when its last call, to %s, finds nothing', async (last) => {
    await serve(`${ALL}\nlast: ${last}('empty')`)
    expect((await definitionOf('N1')).status).toBe(400)
    await server.logs("N1: no resource free in 'empty': none of its 0 entries is left for N1")
    for (const kind of KINDS) {
      await server.logs(
        new RegExp(`N1: ${kind}\\('mgmt'\\) took back .*: the node was not told of it`),
      )
      const held = 'select node_id from mgmt where node_id is not null'
      expect([kind, await run(kind, held)]).toEqual([kind, []])
    }
  })

  it.each([
    ['postgres', () => postgres],
    ['mysql', () => mariadb],
  ] as const)(
    'is refused while %s is down, gives back the rest, and is served after',
    async (_kind, down) => {
      await serve(ALL, true)
      await down().stop()
      expect((await definitionOf('N1')).status).toBe(400)
      await server.logs(/N1: (PostgreSQL|MySQL) 127\.0\.0\.1:\d+\/test_\d+: .*ECONNREFUSED/)
      expect(await run('sqlite', 'select node_id from mgmt where node_id is not null')).toEqual([])
      await down().start()
      await attributesOf('N1')
      for (const secret of [postgres.password, encodeURIComponent(postgres.password)]) {
        expect(server.log()).not.toContain(secret)
      }
    },
  )
})

describe('a database that nobody configured', () => {
  it.each(['postgres', 'mysql'])('is named with its setting: %s', async (kind) => {
    data = await makeDataRoot({
      ...FABRIC,
      'definitions/leaf': `name: leaf\nactions:\n  - action: add_config\n    attributes: {a: "${kind}('p')"}\n`,
    })
    server = await startServer({ dataRoot: data.path })
    expect((await definitionOf('N1')).status).toBe(400)
    await server.logs(`the plugin ${kind} needs a database: set [${kind}] url to ${kind}://`)
  })
})
