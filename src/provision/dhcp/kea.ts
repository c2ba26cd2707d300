import { ipv4Text, subnetText } from './ipv4.ts'
import { CLASS, type DhcpNetwork, type DhcpPlan, LEASE_SECONDS, VENDOR } from './plan.ts'

/** The configuration of Kea's DHCPv4 server: JSON. */
export function keaLines({ bootUrl, network, reservations }: DhcpPlan): readonly string[] {
  const rule = {
    'client-classes': [
      {
        name: CLASS,
        test: `substring(option[60].hex, 0, ${VENDOR.length}) == '${VENDOR}'`,
        // A comma would begin another field.
        'option-data': [
          { name: 'boot-file-name', data: bootUrl.replaceAll(',', '\\,'), 'always-send': true },
        ],
      },
    ],
  }
  const hosts = reservations.map(({ node, mac, address }) => ({
    comment: node,
    'client-id': mac,
    'ip-address': ipv4Text(address),
  }))
  const whole =
    network === undefined
      ? rule
      : { ...server(network), ...rule, subnet4: [subnet(network, hosts)] }
  return JSON.stringify({ Dhcp4: whole }, undefined, 2).split('\n')
}

function server(network: DhcpNetwork) {
  return {
    'interfaces-config': { interfaces: [network.interface ?? '*'] },
    'valid-lifetime': LEASE_SECONDS,
    'host-reservation-identifiers': ['client-id'],
  }
}

function subnet(network: DhcpNetwork, reservations: readonly object[]) {
  const { range, router, dns } = network
  const options = [
    ...(router === undefined ? [] : [{ name: 'routers', data: ipv4Text(router) }]),
    ...(dns.length === 0
      ? []
      : [{ name: 'domain-name-servers', data: dns.map(ipv4Text).join(', ') }]),
  ]
  return {
    id: 1,
    subnet: subnetText(network),
    pools: [{ pool: `${ipv4Text(range.first)} - ${ipv4Text(range.last)}` }],
    'option-data': options,
    reservations,
  }
}
