import type { Neighbor } from '../node/report.ts'
import type { VirtualSwitch } from './virtual-switch.ts'

/** One end of a cable. */
export type CableEnd = readonly [device: string, port: string]

/** Switches and the cables between them. */
export type Fabric = {
  readonly switches: readonly FabricSwitch[]
  /** A device that is not among the switches is there already, and only seen by the others. */
  readonly cables: readonly (readonly [CableEnd, CableEnd])[]
}

export type FabricSwitch = Omit<VirtualSwitch, 'neighbors'> & {
  /** The name it gives itself by LLDP. */
  readonly announces: string
}

/** The switches of a fabric, each with the neighbours that its cables give it. */
export function virtualSwitches(fabric: Fabric): readonly VirtualSwitch[] {
  const names = new Map(fabric.switches.map((each) => [each.name, each.announces]))
  const seen = new Map<string, Record<string, Neighbor[]>>()
  const see = ([device, port]: CableEnd, [far, farPort]: CableEnd): void => {
    const ports = seen.get(device) ?? {}
    seen.set(device, ports)
    const there = ports[port] ?? []
    ports[port] = [...there, { device: names.get(far) ?? far, port: farPort }]
  }
  for (const [one, other] of fabric.cables) {
    see(one, other)
    see(other, one)
  }
  return fabric.switches.map(({ announces: _, ...rest }) => ({
    ...rest,
    neighbors: seen.get(rest.name) ?? {},
  }))
}
