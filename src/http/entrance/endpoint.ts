import type { Settings } from '../../config/options.ts'

/** A place to listen at. */
export type Endpoint = TcpEndpoint | UnixEndpoint | InheritedEndpoint

export type TcpEndpoint = {
  readonly kind: 'tcp'
  readonly host: string
  readonly port: number
  /** Whether `::` leaves IPv4 to another endpoint. */
  readonly ipv6Only: boolean
}

export type UnixEndpoint = { readonly kind: 'unix'; readonly path: string }

/** A socket that was bound, and listens, before we started. */
export type InheritedEndpoint = {
  readonly kind: 'inherited'
  readonly fd: number
  /** For people. */
  readonly name: string
}

/** Where the settings say that the server listens. */
export function endpointsOf(
  settings: Pick<Settings, 'serverInterface' | 'serverPort'>,
): readonly Endpoint[] {
  const { serverInterface: addresses, serverPort: port } = settings
  const ipv6Only = addresses.some((each) => each.kind === 'ip' && !each.host.includes(':'))
  return addresses.map((address) =>
    address.kind === 'unix' ? address : { kind: 'tcp', host: address.host, port, ipv6Only },
  )
}
