import { type DataRoot, type Files, makeDataRoot } from '../data-root.ts'
import { FABRIC, leafReport, postNode, type Report } from '../fabric.ts'
import { type ServerOptions, startServer, type TestServer } from '../server.ts'

/** Something goes wrong, and what servers, switches and commands say of it is added to `said`. */
export type Story = readonly [name: string, play: (said: string[]) => Promise<void>]

/** A story on a server of its own, with these files besides those of the fabric. */
export async function withServer(
  said: string[],
  { files = {}, ...options }: Partial<ServerOptions> & { readonly files?: Files },
  play: (server: TestServer, data: DataRoot) => Promise<void>,
): Promise<void> {
  const data = await makeDataRoot({ ...FABRIC, ...files })
  const server = await startServer({ dataRoot: data.path, ...options })
  try {
    await play(server, data)
  } finally {
    await server.stop()
    said.push(server.log())
    await data.remove()
  }
}

/** @returns the status of POST /nodes */
export async function post({ url }: TestServer, id: string, more: Report = {}): Promise<number> {
  return (await postNode(url, leafReport(id, more))).status
}

/** @returns the status of GET /nodes/ID */
export async function definition({ url }: TestServer, id: string): Promise<number> {
  return (await fetch(`${url}/nodes/${id}`)).status
}

/** @returns the status of PUT /nodes/ID/startup-config */
export async function put({ url }: TestServer, id: string, body: string): Promise<number> {
  return (await fetch(`${url}/nodes/${id}/startup-config`, { method: 'PUT', body })).status
}
