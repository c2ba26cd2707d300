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

/** Where the settings say that the server listens; once where an address is one of all. */
export function endpointsOf(
  settings: Pick<Settings, 'serverInterface' | 'serverPort'>,
): readonly Endpoint[] {
  const { serverInterface, serverPort: port } = settings
  const hosts = serverInterface.flatMap((each) => (each.kind === 'ip' ? each.host : []))
  const ipv6Only = hosts.some((host) => !host.includes(':'))
  const addresses = serverInterface.filter(
    (each) => each.kind === 'unix' || !isOneOfAll(each.host, hosts),
  )
  return addresses.map((address) =>
    address.kind === 'unix' ? address : { kind: 'tcp', host: address.host, port, ipv6Only },
  )
}

/** Whether another of the hosts stands for all addresses of its kind: to listen at both is refused. */
function isOneOfAll(host: string, hosts: readonly string[]): boolean {
  const all = host.includes(':') ? '::' : '0.0.0.0'
  return host !== all && hosts.includes(all)
}
