import { normalInterfaceName } from '../node/interface-name.ts'
import type { Neighbor, NodeReport } from '../node/report.ts'

/** A local interface that has at least one neighbour. */
export type Seen = { readonly local: string; readonly neighbors: readonly Neighbor[] }

/** What a node sees, by local interface in normal form; interfaces without neighbours are left out. */
export type Sight = ReadonlyMap<string, Seen>

/** The report's neighbours as the matcher wants them; two names of one interface become one. */
export function sightOf({ neighbors }: NodeReport): Sight {
  const sight = new Map<string, Seen>()
  for (const [written, seen] of neighbors) {
    if (seen.length === 0) continue
    const local = normalInterfaceName(written)
    const before = sight.get(local)?.neighbors ?? []
    sight.set(local, { local, neighbors: [...before, ...seen] })
  }
  return sight
}

/**
 * The key under which a pattern waits for nodes that see the device, the port, or the device on that
 * port; at least one is given.
 */
export function sightKey(device: string | undefined, port: string | undefined): string {
  if (port === undefined) return `d${device}`
  return device === undefined ? `p${port}` : `b${device}\0${port}`
}

/** The keys of all that the node sees. */
export function sightKeys(sight: Sight): ReadonlySet<string> {
  const keys = new Set<string>()
  for (const { neighbors } of sight.values()) {
    for (const { device, port } of neighbors) {
      keys.add(sightKey(device, undefined))
      keys.add(sightKey(undefined, port))
      keys.add(sightKey(device, port))
    }
  }
  return keys
}
