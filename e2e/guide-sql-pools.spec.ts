import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'libsql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type DatabaseServer,
  startMariadb,
  startPostgres,
} from '../src/store/sql/testing/database-servers.ts'
import { makeDataRoot, writeFiles } from './support/data-root.ts'
import { FABRIC, leafReport, postNode } from './support/fabric.ts'
import { followSteps } from './support/follow-steps.ts'
import { runZtps, startServer } from './support/server.ts'

const GUIDE = fileURLToPath(new URL('../docs/guides/sql-pools.md', import.meta.url))

/** The fences of one language under a heading of the guide. */
async function fences(heading: string, language: string): Promise<readonly string[]> {
  const [, section = ''] = (await readFile(GUIDE, 'utf8')).split(`\n## ${heading}\n`)
  const [text = ''] = section.split('\n## ')
  const found = text.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))
  return [...found].map(([, fence = '']) => fence)
}

describe('the guide to pools in SQL', () => {
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ztps-guide-sql-'))
    await writeFiles(folder, {
      'data/db/.keep': '',
      'ztpserver.conf': '[default]\ndata_root = data\n',
    })
    const database = new Database(join(folder, 'data/db/resources.db'))
    database.exec(`create table mgmt_subnet (node_id TEXT, key TEXT);
      insert into mgmt_subnet values ('JPE14140312', '10.0.0.48/24'), (NULL, '10.0.0.49/24')`)
    database.close()
  })

  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('has commands that answer what it says', async () => {
    const page = await readFile(GUIDE, 'utf8')
    expect(await followSteps(page, { folder, conf: 'ztpserver.conf' })).toBeGreaterThan(5)
  })
})

const servers: readonly (readonly [string, 'postgres' | 'mysql', () => Promise<DatabaseServer>])[] =
  [
    ['PostgreSQL', 'postgres', startPostgres],
    ['MySQL and MariaDB', 'mysql', startMariadb],
  ]

describe.each(servers)('the guide to pools in %s', (heading, kind, start) => {
  let server: DatabaseServer | undefined
  afterAll(() => server?.remove())

  it('has settings and statements that work', async () => {
    server = await start()
    const [own = '', foreign = ''] = await fences(heading, 'sql')
    const [settings = ''] = await fences(heading, 'ini')
    const certificate = server.certificate
    const url = (/url = (.*)/.exec(settings)?.[1] ?? '')
      .replace('db.example.net', `localhost:${server.port}`)
      .replace('/etc/ssl/certs/ca.pem', certificate)
    const { sql } = server.createDatabase()
    for (const statement of own.split(';')) sql(statement)
    const conf = await makeDataRoot({
      ...FABRIC,
      'definitions/leaf':
        FABRIC['definitions/leaf']?.toString().replace('allocate(', `${kind}(`) ?? '',
    })
    const ztps = await startServer({ dataRoot: conf.path, settings: { [kind]: { url } } })
    const file = `${conf.path}/../ztpserver-${ztps.port}.conf`
    // Its own database first, then the tables of somebody else under the same names.
    const made = await runZtps(['-c', file, 'pools', 'add', `${kind}:mgmt`, '10.9.9.1/24'])
    expect([made.status, made.stderr]).toEqual([0, ''])
    expect(await provision(ztps.url, 'OWN1')).toBe('10.9.9.1/24')
    await useForeignTables(server, kind, foreign)
    expect(await provision(ztps.url, 'FOREIGN1')).toBe('192.168.1.11/24')
    const [change = ''] = await fences('Who was told what', 'sql')
    server.inDatabase('ztp', change.replace('JPE14140312', 'FOREIGN1'))
    // PostgreSQL moves a row that changes.
    const first = kind === 'postgres' ? '192.168.1.12/24' : '192.168.1.11/24'
    expect(await provision(ztps.url, 'FOREIGN2')).toBe(first)
    expect(ztps.log()).not.toMatch(/WARN|ERROR|secret/)
    await ztps.stop()
    await conf.remove()
  })
})

/** Takes all from our user, and gives it what the guide says. */
async function useForeignTables(
  server: DatabaseServer,
  kind: 'postgres' | 'mysql',
  statements: string,
): Promise<void> {
  server.inDatabase(
    'ztp',
    kind === 'postgres'
      ? `drop table mgmt, ztps_ledger; alter database ztp owner to admin;
         alter schema public owner to admin; grant usage on schema public to ztpserver`
      : `drop table mgmt, ztps_ledger; revoke all on ztp.* from ztpserver@'%'`,
  )
  server.inDatabase('ztp', statements)
}

async function provision(url: string, id: string): Promise<string> {
  expect((await postNode(url, leafReport(id))).status).toBe(201)
  const response = await fetch(`${url}/nodes/${id}`)
  const text = await response.text()
  expect([response.status, text]).toEqual([200, expect.stringContaining('actions')])
  return JSON.parse(text).actions[0].attributes.variables.ip
}
