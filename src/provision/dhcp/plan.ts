/** An address that a switch always gets, by the MAC of the whole switch. */
export type Reservation = {
  /** The node that holds the address. */
  readonly node: string
  /** Six bytes, `00:1c:73:00:10:01`. */
  readonly mac: string
  readonly address: bigint
}

/** An IPv4 network that the DHCP server serves; addresses as numbers. */
export type DhcpNetwork = {
  readonly subnet: bigint
  /** Bits. */
  readonly prefix: number
  readonly range: { readonly first: bigint; readonly last: bigint }
  readonly router?: bigint
  readonly dns: readonly bigint[]
  /** The network interface of the DHCP server. */
  readonly interface?: string
}

/** What a DHCP server is to be told. */
export type DhcpPlan = {
  /** Option 67 of Arista switches. */
  readonly bootUrl: string
  /** Without one, only the rule that gives switches the URL. */
  readonly network?: DhcpNetwork
  readonly reservations: readonly Reservation[]
}

/** How option 60 of every Arista switch begins: `Arista;MODEL;REVISION;SERIAL`, `Arista;vEOS`. */
export const VENDOR = 'Arista'
/** The name of the class of clients. */
export const CLASS = 'arista-ztp'
export const LEASE_SECONDS = 3600
