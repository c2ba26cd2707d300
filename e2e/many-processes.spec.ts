import { afterAll, beforeAll, expect, it } from 'vitest'
import { type DataRoot, makeDataRoot } from './support/data-root.ts'
import { FABRIC, leafReport, postNode } from './support/fabric.ts'
import { startServer, type TestServer } from './support/server.ts'

let data: DataRoot
let servers: readonly TestServer[]

beforeAll(async () => {
  data = await makeDataRoot(FABRIC)
  servers = await Promise.all([1, 2].map(() => startServer({ dataRoot: data.path })))
})

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()))
  await data.remove()
})

it.each(Array.from({ length: 20 }, (_, at) => `FIRST${at}`))(
  '40 simultaneous first POSTs of %s from two processes: one 201, the rest 409',
  async (id) => {
    const statuses = await Promise.all(
      Array.from({ length: 40 }, async (_, at) => {
        const response = await postNode(servers[at % 2]?.url ?? '', leafReport(id))
        expect(response.headers.get('location')).toMatch(new RegExp(`/nodes/${id}$`))
        return response.status
      }),
    )
    expect(statuses.filter((status) => status === 201).length).toBe(1)
    expect(statuses.filter((status) => status === 409).length).toBe(39)
  },
)
