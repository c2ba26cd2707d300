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

/** Without a value, an option is not sent; left out, dnsmasq would name itself. */
function networkLines({
  prefix,
  range,
  router,
  dns,
  interface: port,
}: DhcpNetwork): readonly string[] {
  const ends = `${ipv4Text(range.first)},${ipv4Text(range.last)}`
  return [
    '',
    ...(port === undefined ? [] : [`interface=${port}`]),
    `dhcp-range=${ends},${ipv4Text(netmask(prefix))},${LEASE_SECONDS}`,
    ['dhcp-option=option:router', ...(router === undefined ? [] : [ipv4Text(router)])].join(','),
    ['dhcp-option=option:dns-server', ...dns.map(ipv4Text)].join(','),
  ]
}
