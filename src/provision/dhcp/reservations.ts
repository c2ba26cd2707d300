import type { NodeId } from '../../node/identity.ts'
import type { PoolAdmin } from '../../resource/pool-admin.ts'
import type { NodeAdmin } from '../nodes/ports.ts'
import type { NodeStore } from '../ports.ts'
import { inOrder } from '../validate/in-order.ts'
import { isHostOf, parseIpv4 } from './ipv4.ts'
import type { DhcpNetwork, Reservation } from './plan.ts'

export type ReservationPorts = {
  readonly nodes: Pick<NodeStore, 'load'>
  readonly admin: Pick<NodeAdmin, 'ids'>
  readonly pools: readonly Pick<PoolAdmin, 'pools' | 'contents'>[]
}

/** The reservations, and why nodes that hold an address of the network have none: sentences. */
export type ReservationsReading = {
  readonly reservations: readonly Reservation[]
  readonly warnings: readonly string[]
}

/**
 * Reserves for every node with a known system MAC the first address of the network that it holds in
 * a pool. Only looks.
 *
 * @throws ZtpError as PoolAdmin and NodeStore do
 */
export async function readReservations(
  network: DhcpNetwork,
  ports: ReservationPorts,
): Promise<ReservationsReading> {
  const held = await heldAddresses(network, ports)
  const nodes = await ports.admin.ids()
  const ids = nodes.filter((id) => held.has(id))
  const macs = await inOrder(ids, (id) => macOf(id, ports))
  const reservations: Reservation[] = []
  const warnings: string[] = []
  for (const [at, node] of ids.entries()) {
    const [mac, address] = [macs[at], held.get(node)]
    if (mac === undefined || address === undefined) {
      warnings.push(`${node} has an address, but its system MAC is not known: no reservation`)
      continue
    }
    const other = reservations.find((each) => each.mac === mac || each.address === address)
    if (other === undefined) reservations.push({ node, mac, address })
    else warnings.push(`${node} has the MAC or the address of ${other.node}: no reservation`)
  }
  return { reservations, warnings: [...warnings, ...strangers(held, nodes)] }
}

function strangers(held: ReadonlyMap<string, bigint>, nodes: readonly NodeId[]): string[] {
  const known = new Set<string>(nodes)
  return [...held.keys()]
    .filter((holder) => !known.has(holder))
    .map((holder) => `${holder} has an address, but no node is called so: no reservation`)
}

/** By node. */
async function heldAddresses(
  network: DhcpNetwork,
  { pools }: ReservationPorts,
): Promise<ReadonlyMap<string, bigint>> {
  const held = new Map<string, bigint>()
  for (const place of pools) {
    for (const pool of await place.pools()) {
      for (const { key, holder } of (await place.contents(pool)).entries) {
        const address = parseIpv4(key.replace(/\/\d+$/, ''))
        const node = holder?.split('/')[0]
        if (address === undefined || node === undefined || held.has(node)) continue
        if (isHostOf(address, network)) held.set(node, address)
      }
    }
  }
  return held
}

async function macOf(id: NodeId, { nodes }: ReservationPorts): Promise<string | undefined> {
  const report = (await nodes.load(id))?.report
  const mac = report?.kind === 'loaded' ? report.value.systemmac : null
  if (mac === null || !/^[0-9a-f]{12}$/.test(mac)) return undefined
  return mac.match(/../g)?.join(':')
}
