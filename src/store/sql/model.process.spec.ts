import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { modelMysql, modelPostgres, modelSqlite } from '../testing/pool-model/databases.ts'
import { type ModelDatabase, openSqlStore } from '../testing/pool-model/sql-store.ts'
import { storySeconds, tryStories } from '../testing/pool-model/try-stories.ts'
import type { WrittenLine, WrittenPool } from '../testing/pool-model/written-pool.ts'
import { type DatabaseServer, startMariadb, startPostgres } from './testing/database-servers.ts'

const SECONDS = storySeconds(10)

function table(rows: Readonly<Record<string, string>>): WrittenPool {
  const lines = Object.entries(rows).map(
    ([key, value]): WrittenLine => ({ key, before: `${key}: `, value, after: '' }),
  )
  return { lines, head: '', lineEnd: '\n', endsWithLineEnd: true }
}

const POOLS: ReadonlyMap<string, WrittenPool> = new Map([
  [
    'addresses',
    table({
      '10.0.0.1/24': 'null',
      '10.0.0.2/24': 'null',
      '2001:db8::1/64': 'null',
      '10.0.0.4/24': 'N9',
      '10.0.0.5/24': 'null',
      '10.0.0.6/24': 'null',
    }),
  ],
  ['names', table({ 'leaf 1': 'null', leaf2: 'null', leaf3: 'N2', leaf4: 'null', leaf5: 'null' })],
])

const TITLE = `an answered entry is in the table, on exactly one node, whatever happens for ${SECONDS} s`
const LIMIT = SECONDS * 1_000 + 240_000

function itKeepsTheRules(database: () => ModelDatabase): void {
  it(
    TITLE,
    async () => {
      const met = await tryStories(openSqlStore(database()), POOLS, SECONDS)
      console.info(Object.fromEntries(met))
      expect([...met.keys()]).toEqual(expect.arrayContaining(['allocate', 'unanswered', 'edits']))
    },
    LIMIT,
  )
}

describe('SQLite', () => {
  let database: ModelDatabase
  beforeAll(async () => {
    database = await modelSqlite()
  })
  afterAll(() => database.remove())
  itKeepsTheRules(() => database)
})

describe.each([
  ['PostgreSQL', startPostgres, modelPostgres],
  ['MariaDB', startMariadb, modelMysql],
] as const)('%s', (_name, start, model) => {
  let server: DatabaseServer
  let database: ModelDatabase
  beforeAll(async () => {
    server = await start()
    database = model(server.createDatabase().url)
  })
  afterAll(() => server.remove())
  itKeepsTheRules(() => database)
})
