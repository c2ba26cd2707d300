import { ipv4Text, netmask } from './ipv4.ts'
import {
  CLASS,
  type DhcpNetwork,
  type DhcpPlan,
  LEASE_SECONDS,
  type Reservation,
  VENDOR,
} from './plan.ts'

/** For who has a relay; nobody but he knows which network it is. */
const OWN_NETWORK = [
  '# Behind a relay, dhcpd has to be told the network of its own interface too, or it ignores it:',
  '# subnet 192.0.2.0 netmask 255.255.255.0 { }',
]

/** The configuration of ISC's dhcpd. */
export function iscLines({ bootUrl, network, reservations }: DhcpPlan): readonly string[] {
  const rule = [
    `class "${CLASS}" {`,
    `  match if substring(option vendor-class-identifier, 0, ${VENDOR.length}) = "${VENDOR}";`,
    `  option bootfile-name "${bootUrl}";`,
    '}',
  ]
  if (network === undefined) return rule
  return [
    ...rule,
    '',
    ...OWN_NETWORK,
    '',
    ...subnetLines(network, reservations),
    ...reservations.flatMap(hostLines),
  ]
}

function subnetLines(
  network: DhcpNetwork,
  reservations: readonly Reservation[],
): readonly string[] {
  const { subnet, prefix, router, dns } = network
  return [
    `subnet ${ipv4Text(subnet)} netmask ${ipv4Text(netmask(prefix))} {`,
    ...rangesAround(network, reservations),
    ...(router === undefined ? [] : [`  option routers ${ipv4Text(router)};`]),
    ...(dns.length === 0 ? [] : [`  option domain-name-servers ${dns.map(ipv4Text).join(', ')};`]),
    `  default-lease-time ${LEASE_SECONDS};`,
    `  max-lease-time ${LEASE_SECONDS};`,
    '}',
  ]
}

/** Dhcpd gives a reserved address to anybody when it lies in a range (dhcpd.conf(5), fixed-address). */
function rangesAround(
  { range }: DhcpNetwork,
  reservations: readonly Reservation[],
): readonly string[] {
  const lines: string[] = []
  let from = range.first
  const upTo = (last: bigint) => {
    if (from <= last) lines.push(`  range ${ipv4Text(from)} ${ipv4Text(last)};`)
  }
  const reserved = reservations.map(({ address }) => address)
  for (const address of reserved.sort((one, other) => (one < other ? -1 : 1))) {
    if (address < range.first || address > range.last) continue
    upTo(address - 1n)
    from = address + 1n
  }
  upTo(range.last)
  return lines
}

/** A node may have an address in several networks of one dhcpd, which takes each name once. */
function hostLines({ node, mac, address }: Reservation): readonly string[] {
  const fixed = ipv4Text(address)
  return [
    '',
    `# ${node}`,
    `host ztps-${mac.replaceAll(':', '')}-${fixed.replaceAll('.', '-')} {`,
    `  option dhcp-client-identifier ${mac};`,
    `  fixed-address ${fixed};`,
    '}',
  ]
}
