import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect, it } from 'vitest'
import { makeDataRoot } from './support/data-root.ts'
import { leafReport, postNode } from './support/fabric.ts'
import { fencesIn, readPage } from './support/fences.ts'
import { startServer } from './support/server.ts'

const GUIDE = 'docs/guides/plugins.md'

/** Gives out an address for each host and pool, and takes it back. */
async function startIpam() {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    const pool = new URL(request.url ?? '', 'http://h').searchParams.get('pool')
    const address = pool === 'loopbacks' ? '198.51.100.1' : '203.0.113.1'
    response.end(JSON.stringify({ address }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { requests, url: `http://127.0.0.1:${port}/ipam`, close: () => server.close() }
}

it("the guide's plugins give what the guide says", async () => {
  const named = fencesIn(await readPage(GUIDE)).filter(({ name }) => name !== '')
  const texts = Object.fromEntries(named.map(({ name, text }) => [name, text]))
  const { answer = '', ...files } = texts
  expect(Object.keys(files).sort()).toEqual([
    'definitions/leaf',
    'files/racks.json',
    'plugins/cabling',
    'plugins/ipam.py',
    'plugins/rack.mjs',
    'plugins/serial',
  ])
  const ipam = await startIpam()
  const patterns =
    'patterns:\n  - name: leaf\n    definition: leaf\n    interfaces: [any: any:any]\n'
  const data = await makeDataRoot({ ...files, neighbordb: patterns })
  const server = await startServer({
    dataRoot: data.path,
    environment: { IPAM_URL: ipam.url },
  })
  const neighbors = { Ethernet1: [{ device: 'spine1', port: 'Ethernet7' }] }
  await postNode(server.url, leafReport('SN0001', { model: 'vEOS', neighbors }))
  const response = await fetch(`${server.url}/nodes/SN0001`)
  const sent = await response.text()
  expect([response.status, sent]).toEqual([200, expect.stringContaining('actions')])
  expect(JSON.parse(sent).actions[0].attributes.variables).toEqual(JSON.parse(answer))
  expect(ipam.requests).toEqual([
    'GET /ipam?pool=management&host=SN0001&name=',
    'GET /ipam?pool=loopbacks&host=SN0001&name=lo0',
  ])
  await server.stop()
  await data.remove()
  ipam.close()
})
