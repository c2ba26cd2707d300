import { dnsmasqLines } from './dnsmasq.ts'
import { iscLines } from './isc.ts'
import { keaLines } from './kea.ts'
import { type DhcpPlan, VENDOR } from './plan.ts'

/** A DHCP server that a configuration can be made for. */
type DhcpServer = {
  readonly title: string
  /** How a comment begins. */
  readonly comment: string
  /** Where the whole configuration goes. */
  readonly file: string
  /** Where the rule alone goes, when there is a configuration already. */
  readonly rulePlace: string
  /** The server's own checker. */
  readonly check: string
  /** What else the operator has to know. */
  readonly hint: string
  readonly lines: (plan: DhcpPlan) => readonly string[]
}

export const DHCP_SERVERS = {
  kea: {
    title: "Kea's DHCPv4 server",
    comment: '//',
    file: '/etc/kea/kea-dhcp4.conf',
    rulePlace: 'the class belongs into "client-classes" of /etc/kea/kea-dhcp4.conf',
    check: 'kea-dhcp4 -t /etc/kea/kea-dhcp4.conf',
    hint: 'Restart it afterwards: systemctl restart kea-dhcp4-server.',
    lines: keaLines,
  },
  isc: {
    title: "ISC's dhcpd",
    comment: '#',
    file: '/etc/dhcp/dhcpd.conf',
    rulePlace: 'the class belongs into /etc/dhcp/dhcpd.conf, outside of subnets',
    check: 'dhcpd -t -cf /etc/dhcp/dhcpd.conf',
    hint: 'Its interface stands in /etc/default/isc-dhcp-server: INTERFACESv4="{interface}". Restart it afterwards: systemctl restart isc-dhcp-server.',
    lines: iscLines,
  },
  dnsmasq: {
    title: 'dnsmasq',
    comment: '#',
    file: '/etc/dnsmasq.d/ztpserver.conf',
    rulePlace: 'a file of its own, such as /etc/dnsmasq.d/ztpserver.conf',
    check: 'dnsmasq --test -C /etc/dnsmasq.d/ztpserver.conf',
    hint: 'If it is to answer no DNS, add port=0. Restart it afterwards: systemctl restart dnsmasq.',
    lines: dnsmasqLines,
  },
} as const satisfies Record<string, DhcpServer>

export type DhcpServerName = keyof typeof DHCP_SERVERS

/** The configuration, with comments that say what it is and where it goes; a line ends the text. */
export function renderDhcp(name: DhcpServerName, plan: DhcpPlan): string {
  const { comment, lines, title, file, rulePlace, check, hint }: DhcpServer = DHCP_SERVERS[name]
  const place = plan.network === undefined ? rulePlace : `this is all of ${file}`
  const told = [
    `For ${title}: ${place}.`,
    `Check it: ${check}`,
    hint.replace('{interface}', plan.network?.interface ?? 'eth0'),
    `Clients whose option 60 begins with ${VENDOR} get the URL of the bootstrap script as option 67;`,
    'others get none.',
    ...(plan.reservations.length === 0
      ? []
      : ['Reservations go by option 61, the system MAC: what sends the request is an interface.']),
  ]
  return [...told.map((each) => `${comment} ${each}`), ...lines(plan), ''].join('\n')
}
