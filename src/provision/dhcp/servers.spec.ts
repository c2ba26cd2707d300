import { describe, expect, it } from 'vitest'
import { parseIpv4 } from './ipv4.ts'
import type { DhcpPlan } from './plan.ts'
import { DHCP_SERVERS, type DhcpServerName, renderDhcp } from './servers.ts'

function address(text: string): bigint {
  const value = parseIpv4(text)
  if (value === undefined) throw new Error(`${text} is no address`)
  return value
}

const RULE: DhcpPlan = { bootUrl: 'http://10.0.0.2:8080/bootstrap', reservations: [] }

const WHOLE: DhcpPlan = {
  ...RULE,
  network: {
    subnet: address('10.0.0.0'),
    prefix: 23,
    range: { first: address('10.0.0.100'), last: address('10.0.1.199') },
    router: address('10.0.0.1'),
    dns: [address('10.0.0.2'), address('192.0.2.53')],
    interface: 'eth1',
  },
  reservations: [{ node: 'SN1', mac: '00:1c:73:00:00:01', address: address('10.0.0.120') }],
}

/** What is printed, without the comments at its beginning. */
function printed(server: DhcpServerName, plan: DhcpPlan): string {
  const { comment } = DHCP_SERVERS[server]
  const lines = renderDhcp(server, plan).split('\n')
  return lines.slice(lines.findIndex((line) => !line.startsWith(`${comment} `))).join('\n')
}

describe('the rule alone', () => {
  it('for Kea', () => {
    expect(JSON.parse(printed('kea', RULE))).toEqual({
      Dhcp4: {
        'client-classes': [
          {
            name: 'arista-ztp',
            test: "substring(option[60].hex, 0, 6) == 'Arista'",
            'option-data': [{ name: 'boot-file-name', data: RULE.bootUrl, 'always-send': true }],
          },
        ],
      },
    })
  })

  it('for dhcpd', () => {
    expect(printed('isc', RULE)).toBe(`class "arista-ztp" {
  match if substring(option vendor-class-identifier, 0, 6) = "Arista";
  option bootfile-name "http://10.0.0.2:8080/bootstrap";
}
`)
  })

  it('for dnsmasq', () => {
    expect(printed('dnsmasq', RULE)).toBe(
      `dhcp-match=set:arista-ztp,option:vendor-class,41:72:69:73:74:61
dhcp-option-force=tag:arista-ztp,option:bootfile-name,"http://10.0.0.2:8080/bootstrap"
`,
    )
  })
})

describe('a whole configuration', () => {
  it('for Kea', () => {
    expect(JSON.parse(printed('kea', WHOLE)).Dhcp4).toMatchObject({
      'interfaces-config': { interfaces: ['eth1'] },
      'valid-lifetime': 3600,
      'host-reservation-identifiers': ['client-id'],
      'client-classes': [{ name: 'arista-ztp' }],
      subnet4: [
        {
          id: 1,
          subnet: '10.0.0.0/23',
          pools: [{ pool: '10.0.0.100 - 10.0.1.199' }],
          'option-data': [
            { name: 'routers', data: '10.0.0.1' },
            { name: 'domain-name-servers', data: '10.0.0.2, 192.0.2.53' },
          ],
          reservations: [
            { comment: 'SN1', 'client-id': '00:1c:73:00:00:01', 'ip-address': '10.0.0.120' },
          ],
        },
      ],
    })
  })

  it('for dhcpd', () => {
    const text = printed('isc', WHOLE)
    expect(text).toContain(printed('isc', RULE))
    expect(text.slice(text.indexOf('\nsubnet'))).toBe(`
subnet 10.0.0.0 netmask 255.255.254.0 {
  range 10.0.0.100 10.0.0.119;
  range 10.0.0.121 10.0.1.199;
  option routers 10.0.0.1;
  option domain-name-servers 10.0.0.2, 192.0.2.53;
  default-lease-time 3600;
  max-lease-time 3600;
}

# SN1
host ztps-001c73000001-10-0-0-120 {
  option dhcp-client-identifier 00:1c:73:00:00:01;
  fixed-address 10.0.0.120;
}
`)
  })

  it('for dhcpd gives out the range and no more, whatever is reserved beside it', () => {
    const beside = ['10.0.0.9', '10.0.1.250'].map((each) => address(each))
    const reservations = beside.map((each) => ({ node: 'SN', mac: '00', address: each }))
    const text = printed('isc', { ...WHOLE, reservations })
    expect(text.match(/range .*;|fixed-address .*;/g)).toEqual([
      'range 10.0.0.100 10.0.1.199;',
      'fixed-address 10.0.0.9;',
      'fixed-address 10.0.1.250;',
    ])
  })

  it('for dnsmasq', () => {
    expect(printed('dnsmasq', WHOLE).slice(printed('dnsmasq', RULE).length)).toBe(`
interface=eth1
dhcp-range=set:ztp-10.0.0.0,10.0.0.100,10.0.1.199,255.255.254.0,3600
dhcp-option=tag:ztp-10.0.0.0,option:router,10.0.0.1
dhcp-option=tag:ztp-10.0.0.0,option:dns-server,10.0.0.2,192.0.2.53
# SN1
dhcp-host=id:00:1c:73:00:00:01,10.0.0.120
`)
  })
})

describe('the comments', () => {
  const places: readonly (readonly [DhcpServerName, DhcpPlan, readonly string[]])[] = [
    ['kea', RULE, ['// ', 'the class belongs into "client-classes"', 'kea-dhcp4 -t /etc/kea/']],
    ['isc', RULE, ['# ', 'outside of subnets', 'dhcpd -t -cf /etc/dhcp/', 'INTERFACESv4="eth0"']],
    ['dnsmasq', RULE, ['# ', 'a file of its own, such as /etc/dnsmasq.d/', 'dnsmasq --test -C /']],
    ['kea', WHOLE, ['this is all of /etc/kea/kea-dhcp4.conf', 'go by option 61']],
    ['isc', WHOLE, ['this is all of /etc/dhcp/dhcpd.conf', 'INTERFACESv4="eth1"']],
    ['dnsmasq', WHOLE, ['this is all of /etc/dnsmasq.d/ztpserver.conf']],
  ]
  it.each(places)('say where it goes, and what checks it: %s', (server, plan, parts) => {
    const text = renderDhcp(server, plan)
    for (const part of parts) expect(text).toContain(part)
    expect(text.includes('Reservations go by')).toBe(plan === WHOLE)
  })
})
