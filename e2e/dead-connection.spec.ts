import { once } from 'node:events'
import { readdir, readlink } from 'node:fs/promises'
import { IncomingMessage, ServerResponse } from 'node:http'
import { connect, createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type App, createApp } from '../dist/index.js'
import { type DataRoot, makeDataRoot, writeFiles } from './support/data-root.ts'
import { FABRIC } from './support/fabric.ts'

let data: DataRoot
let app: App

beforeAll(async () => {
  data = await makeDataRoot({ ...FABRIC, 'files/image.swi': 'x'.repeat(1_000_000) })
  const configuration = `${data.path}/../dead-connection.conf`
  await writeFiles(`${data.path}/..`, {
    'dead-connection.conf': `[default]\ndata_root = ${data.path}\nserver_url = http://x\n`,
  })
  app = await createApp({ configuration })
})

afterAll(async () => {
  await app.close()
  await data.remove()
})

/** The server's end of a connection that has closed. */
async function closedSocket(): Promise<Socket> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const client = connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1')
  const [socket]: Socket[] = await once(server, 'connection')
  if (socket === undefined) throw new Error('no connection')
  socket.destroy()
  client.destroy()
  await once(socket, 'close')
  server.close()
  return socket
}

/** How often this process has the image open. */
async function timesOpen(): Promise<number> {
  const links = (await readdir('/proc/self/fd')).map((fd) =>
    readlink(`/proc/self/fd/${fd}`).catch(() => ''),
  )
  return (await Promise.all(links)).filter((target) => target.endsWith('files/image.swi')).length
}

it('a pipelined request whose turn comes when its connection has closed keeps no file open', async () => {
  const socket = await closedSocket()
  const request = new IncomingMessage(socket)
  Object.assign(request, { method: 'GET', url: '/files/image.swi', headers: { host: 'x' } })
  const response = new ServerResponse(request)
  app(request, response)
  // What Node does when the answer before it is through: that the socket is dead it does not ask.
  response.assignSocket(socket)
  await expect.poll(() => response.destroyed && timesOpen()).toBe(0)
})
