import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { freePort } from '../src/http/free-port.ts'
import { makeDataRoot } from './support/data-root.ts'
import { FABRIC, leafReport, postNode } from './support/fabric.ts'

const PACKAGE = fileURLToPath(new URL('..', import.meta.url))

/** Any Node HTTP server, in CommonJS as Phusion Passenger loads it; port 1 of the file is ignored. */
const PROGRAM = `
const http = require('node:http')
import('${PACKAGE}dist/index.js').then(async ({ createApp }) => {
  const app = await createApp({ configuration: process.argv[2] })
  const server = http.createServer(app).listen(Number(process.argv[3]), '127.0.0.1')
  server.on('listening', () => console.log('listening'))
  process.on('SIGTERM', () => server.close(() => app.close()))
})
`

it('createApp serves behind the HTTP server of another program', async () => {
  const data = await makeDataRoot(FABRIC)
  const port = await freePort()
  const [conf, program] = [join(data.path, '../conf'), join(data.path, '../program.cjs')]
  await writeFile(
    conf,
    `[default]\ndata_root = ${data.path}\nserver_url = http://h/ztp\n[server]\nport = 1\n`,
  )
  await writeFile(program, PROGRAM)
  const child = spawn(process.execPath, [program, conf, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  const url = `http://127.0.0.1:${port}/ztp`
  const created = await postNode(url, leafReport('EMBED1'))
  expect([created.status, created.headers.get('location')]).toEqual([
    201,
    'http://h/ztp/nodes/EMBED1',
  ])
  const definition = await fetch(`${url}/nodes/EMBED1`)
  expect([definition.status, await definition.text()]).toEqual([
    200,
    expect.stringContaining('192.0.2.10/24'),
  ])
  expect((await fetch(`${url}/files/base.template`)).status).toBe(200)
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
  await data.remove()
})
