import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { modelMysql, modelPostgres, modelSqlite } from '../testing/pool-model/databases.ts'
import { type ModelDatabase, openSqlStore } from '../testing/pool-model/sql-store.ts'
import { STORY_SECONDS, tryStories } from '../testing/pool-model/try-stories.ts'
import type { WrittenLine, WrittenPool } from '../testing/pool-model/written-pool.ts'
import { type DatabaseServer, startMariadb, startPostgres } from './testing/database-servers.ts'

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

async function expectRules(open: () => Promise<ModelDatabase>): Promise<void> {
  const met = await tryStories(openSqlStore(open), POOLS)
  console.info(Object.fromEntries(met))
  expect([...met.keys()]).toEqual(expect.arrayContaining(['allocate', 'unanswered', 'edits']))
}

const TITLE = `an answered entry is in the table, on exactly one node, whatever happens for ${STORY_SECONDS} s`
const LIMIT = STORY_SECONDS * 1_000 + 60_000

describe('SQLite', () => {
  it(TITLE, () => expectRules(modelSqlite), LIMIT)
})

describe.each([
  ['PostgreSQL', startPostgres, modelPostgres],
  ['MariaDB', startMariadb, modelMysql],
] as const)('%s', (_name, start, model) => {
  let server: DatabaseServer
  beforeAll(async () => {
    server = await start()
  })
  afterAll(() => server.remove())
  it(
    TITLE,
    () => {
      const { url } = server.createDatabase()
      return expectRules(() => model(url))
    },
    LIMIT,
  )
})
