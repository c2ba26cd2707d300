import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DataRoot, makeDataRoot } from './support/data-root.ts'
import { type PoolDatabase, startDatabase } from './support/databases.ts'
import { FABRIC, leafReport, postNode } from './support/fabric.ts'
import { rawRequest } from './support/raw-request.ts'
import { runZtps, startServer, type TestServer } from './support/server.ts'

/** Texts that would be more than a text if they became a part of a statement. */
const HOSTILE = [
  "x' OR '1'='1",
  "x'; DROP TABLE mgmt; --",
  'x" OR ""="',
  "\\' OR 1=1 -- ",
  'x`; DROP TABLE mgmt; -- ',
  '$1',
  '?',
]

/** The holder's label is whatever the definition says: it is kept, not run. */
const LABEL = "l' OR '1'='1"

describe.each(['sqlite', 'postgres', 'mysql'] as const)('hostile text and %s', (kind) => {
  let data: DataRoot
  let server: TestServer
  let database: PoolDatabase
  let before: ReadonlyMap<string, string | null>

  beforeAll(async () => {
    data = await makeDataRoot({
      ...FABRIC,
      'definitions/leaf': definition(`{ip: ${kind}('mgmt'), more: '${quoted(LABEL)}'}`),
    })
    database = await startDatabase(kind, data.path)
    database.makePool('mgmt', ['10.0.0.1/24', '10.0.0.2/24', '10.0.0.3/24', '10.0.0.4/24'])
    server = await startServer({ dataRoot: data.path, settings: database.settings })
    const settings = Object.entries(database.settings).map(
      ([section, values]) => `[${section}]\nurl = ${values.url}\n`,
    )
    await writeFile(conf(), `[default]\ndata_root = ${data.path}\n${settings.join('')}`)
    await postNode(server.url, leafReport('HONEST1'))
    const answer = await fetch(`${server.url}/nodes/HONEST1`)
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('10.0.0')])
  })
  afterAll(async () => {
    await server.stop()
    await database.remove()
    await data.remove()
  })
  beforeEach(() => {
    before = database.read('mgmt')
  })

  const conf = () => join(data.path, '..', 'ztps.conf')
  const expectUntouched = () => {
    expect(database.tables()).toEqual(['mgmt'])
    expect(database.read('mgmt')).toEqual(before)
  }
  const definition = (variables: string) =>
    `actions:\n  - action: add_config\n    attributes:\n      variables: ${variables}\n`
  const quoted = (label: string) => `${kind}("mgmt", "${label}")`.replaceAll("'", "''")

  it('a label is kept as it is, and found again', async () => {
    const mine = [...before].filter(([, holder]) => holder === `HONEST1/${LABEL}`)
    expect(mine).toHaveLength(1)
    const answer = await fetch(`${server.url}/nodes/HONEST1`)
    const { actions } = JSON.parse(await answer.text())
    expect(actions[0].attributes.variables.more).toBe(mine[0]?.[0])
    expectUntouched()
  })

  it.each(HOSTILE)('the id %s is refused at the door, whatever is asked', async (id) => {
    const posted = await postNode(server.url, leafReport(id))
    expect([posted.status, await posted.text()]).toEqual([400, expect.stringContaining('node id')])
    const target = `/nodes/${encodeURIComponent(id).replaceAll("'", '%27')}`
    const body = JSON.stringify({ stage: 'bootstrap', status: 'succeeded' })
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/startup-config'],
      ['PUT', '/startup-config'],
      ['POST', '/events'],
    ] as const) {
      const { port } = server
      const request = { port, method, target: target + path, ...(method === 'GET' ? {} : { body }) }
      expect([method, path, (await rawRequest(request)).status]).toEqual([method, path, 400])
    }
    await expect(access(join(data.path, 'nodes', id))).rejects.toMatchObject({ code: 'ENOENT' })
    expectUntouched()
  })

  it.each(HOSTILE)('the pool %s names no table', async (pool) => {
    const id = `POOL${HOSTILE.indexOf(pool)}`
    const call = `${kind}("${pool.replaceAll('"', '')}")`.replaceAll("'", "''")
    await writeFile(join(data.path, 'definitions/leaf'), definition(`{ip: '${call}'}`))
    expect((await postNode(server.url, leafReport(id))).status).toBe(201)
    const answer = await fetch(`${server.url}/nodes/${id}`)
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringContaining('names no pool'),
    ])
    expectUntouched()
  })

  it.each(HOSTILE.slice(0, 2))('operators may say %s, and nothing comes of it', async (text) => {
    for (const words of [
      ['free', '--force', '--node', text],
      ['free', `${kind}:${text}`, '10.0.0.1/24'],
      ['show', `${kind}:${text}`],
    ]) {
      const { status } = await runZtps(['-c', conf(), 'pools', ...words])
      expect([words, status]).not.toEqual([words, 0])
    }
    const { stdout } = await runZtps([
      '-c',
      conf(),
      'pools',
      'free',
      '--force',
      `${kind}:mgmt`,
      text,
    ])
    expect(stdout).toBe('')
    expectUntouched()
  })
})
