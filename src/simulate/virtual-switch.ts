import type { Identifier } from '../node/identity.ts'
import type { Neighbor } from '../node/report.ts'

/** A switch that exists only here: what it would say of itself, and whom it would see. */
export type VirtualSwitch = {
  /** What the operator of the simulation calls it; the server never hears it. */
  readonly name: string
  readonly model: string
  /** May be empty: a real virtual switch often has none. */
  readonly serialnumber: string
  /** Colon form, as `show version` prints it. */
  readonly systemmac: string
  readonly version: string
  readonly neighbors: { readonly [port: string]: readonly Neighbor[] }
}

/** The body of POST /nodes, as an object for JSON. */
export function reportOf(each: VirtualSwitch): Omit<VirtualSwitch, 'name'> {
  const { model, serialnumber, systemmac, version, neighbors } = each
  return { model, serialnumber, systemmac, version, neighbors }
}

/** The node id that a server with this `identifier` gives the switch. */
export function nodeIdOf(each: VirtualSwitch, identifier: Identifier): string {
  return identifier === 'systemmac'
    ? each.systemmac.replace(/[:.-]/g, '').toLowerCase()
    : each.serialnumber
}

/** The headers of the very first request, which EOS itself sends (spec: client.md). */
export function bootHeaders(each: VirtualSwitch): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {
    'X-Arista-SystemMAC': each.systemmac,
    'X-Arista-ModelName': each.model,
    'X-Arista-SoftwareVersion': each.version,
    'X-Arista-Architecture': 'i386',
  }
  if (each.serialnumber !== '') headers['X-Arista-Serial'] = each.serialnumber
  return headers
}
