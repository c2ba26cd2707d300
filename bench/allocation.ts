import { addFiles } from './data-root.ts'
import { nodeFiles } from './fabric.ts'
import { type Measured, measuredLoad } from './load.ts'
import type { Load } from './load-plan.ts'
import type { Server } from './server.ts'

/** The entries of a pool, in order. */
export function addresses(entries: number): readonly string[] {
  return Array.from(
    { length: entries },
    (_, at) => `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}/16`,
  )
}

export function poolFile(entries: number): string {
  return `# addresses\n${addresses(entries)
    .map((each) => `${each}: null\n`)
    .join('')}`
}

/** Nodes that were registered before and never asked, each with one plugin call. */
export function addNodes(folder: string, ids: readonly string[], call: string): void {
  const definition =
    'name: leaf\nactions:\n  - action: add_config\n    attributes:\n' +
    `      url: files/leaf.template\n      variables: {address: "${call}"}\n`
  ids.forEach((id, leaf) => {
    addFiles(folder, nodeFiles(id, leaf, definition))
  })
}

/** Each node asks once what it shall do. */
export function askAll(
  server: Server,
  ids: readonly string[],
  connections: number,
): Promise<Measured> {
  const requests = ids.map((id) => ({ method: 'GET' as const, path: `/nodes/${id}` }))
  const { origin } = server
  return measuredLoad(server, { kind: 'each', origin, requests, connections, keepBodies: true })
}

/** @throws unless as many nodes as expected got an entry, each another one */
export function demandDistinct<T extends Load>(result: T, expected: number): T {
  const { bodies, statuses, answers } = result
  const served = statuses['200'] ?? 0
  if (served !== expected || served + (statuses['400'] ?? 0) !== answers) {
    throw new Error(`expected ${expected} to be served, got ${JSON.stringify(statuses)}`)
  }
  const entries = bodies.flatMap((body) => /"address": ?"([^"]+)"/.exec(body)?.[1] ?? [])
  const distinct = new Set(entries).size
  if (entries.length !== expected || distinct !== expected) {
    throw new Error(`${entries.length} entries were given out, ${distinct} of them distinct`)
  }
  return result
}
