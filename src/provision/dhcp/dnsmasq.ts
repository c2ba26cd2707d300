import { ipv4Text, netmask } from './ipv4.ts'
import { CLASS, type DhcpNetwork, type DhcpPlan, LEASE_SECONDS, VENDOR } from './plan.ts'

/** The configuration of dnsmasq. */
export function dnsmasqLines({ bootUrl, network, reservations }: DhcpPlan): readonly string[] {
  return [
    // As bytes it must stand at the beginning; as text, dhcp-vendorclass too, anywhere.
    `dhcp-match=set:${CLASS},option:vendor-class,${bytesOf(VENDOR)}`,
    `dhcp-option-force=tag:${CLASS},option:bootfile-name,"${bootUrl}"`,
    ...(network === undefined ? [] : networkLines(network)),
    ...reservations.flatMap(({ node, mac, address }) => [
      `# ${node}`,
      `dhcp-host=id:${mac},${ipv4Text(address)}`,
    ]),
  ]
}

function bytesOf(text: string): string {
  return [...text].map((each) => each.charCodeAt(0).toString(16)).join(':')
}

/**
 * Without a value, an option is not sent; left out, dnsmasq would name itself. All of it is for this
 * network alone: dnsmasq reads the files of other networks too.
 */
function networkLines({
  subnet,
  prefix,
  range,
  router,
  dns,
  interface: port,
}: DhcpNetwork): readonly string[] {
  const here = `ztp-${ipv4Text(subnet)}`
  const ends = `${ipv4Text(range.first)},${ipv4Text(range.last)}`
  const option = (name: string, values: readonly bigint[]) =>
    [`dhcp-option=tag:${here}`, `option:${name}`, ...values.map(ipv4Text)].join(',')
  return [
    '',
    ...(port === undefined ? [] : [`interface=${port}`]),
    `dhcp-range=set:${here},${ends},${ipv4Text(netmask(prefix))},${LEASE_SECONDS}`,
    option('router', router === undefined ? [] : [router]),
    option('dns-server', dns),
  ]
}
