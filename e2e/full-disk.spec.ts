import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeFiles } from './support/data-root.ts'
import { FABRIC, leafReport, postNode } from './support/fabric.ts'
import { readPool } from './support/pool.ts'
import { startServer, type TestServer } from './support/server.ts'

let folder: string
let root: string
let server: TestServer

/** The data directory is a file system of its own with room for a few nodes; needs root. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ztps-full-'))
  root = join(folder, 'disk')
  await mkdir(root)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', root])
  await writeFiles(root, {
    ...FABRIC,
    'bootstrap/bootstrap': '$SERVER\n',
    'resources/mgmt': Array.from(
      { length: 500 },
      (_, at) => `10.0.${at >> 8}.${at & 255}: null\n`,
    ).join(''),
  })
  server = await startServer({ dataRoot: root })
})

afterAll(async () => {
  await server.stop()
  execFileSync('umount', [root])
  await rm(folder, { recursive: true })
})

it('a full disk: the switch is refused, the log says so, nothing is half written, and room heals it', async () => {
  expect((await postNode(server.url, leafReport('BEFORE1'))).status).toBe(201)
  await fetch(`${server.url}/nodes/BEFORE1`)
  const poolBefore = await readFile(join(root, 'resources/mgmt'), 'utf8')
  await writeFile(join(root, 'ballast'), Buffer.alloc(2 * 1024 * 1024)).catch(() => {})

  expect([400, 500]).toContain((await postNode(server.url, leafReport('FULL1'))).status)
  await server.logs(/FULL1: .*(no space|full)/i)
  const put = await fetch(`${server.url}/nodes/BEFORE1/startup-config`, {
    method: 'PUT',
    body: 'x'.repeat(100_000),
  })
  expect([400, 500]).toContain(put.status)
  const definition = await fetch(`${server.url}/nodes/BEFORE1`)
  expect(definition.status).toBe(200)
  expect((await readdir(join(root, 'nodes'))).toSorted()).toEqual(['BEFORE1'])
  expect((await readdir(join(root, 'nodes/BEFORE1'))).toSorted()).toEqual([
    '.node',
    'definition',
    'pattern',
  ])
  expect(await readFile(join(root, 'resources/mgmt'), 'utf8')).toBe(poolBefore)
  expect((await fetch(`${server.url}/bootstrap`)).status).toBe(200)

  await rm(join(root, 'ballast'))
  expect((await postNode(server.url, leafReport('FULL1'))).status).toBe(201)
  expect((await fetch(`${server.url}/nodes/FULL1`)).status).toBe(200)
  expect((await readPool(root, 'mgmt')).size).toBe(500)
})
