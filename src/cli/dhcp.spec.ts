import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { silentLogger } from '../kernel/logger.ts'
import { createFilePools } from '../store/pools/pool-store.ts'
import { type DiskWorld, diskWorld } from './testing/disk-deps.ts'

const URL_SETTING = '[default]\nserver_url = http://192.0.2.1:8080/ztp,a/\n'
const NETWORK = ['--subnet', '10.0.0.0/24', '--range', '10.0.0.100-10.0.0.199']
const ROUTER = ['--router', '10.0.0.1']

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ztps-dhcp-'))
})

afterEach(() => rm(folder, { recursive: true }))

/** As a process of its own: a command closes its pools. */
function world(settings = URL_SETTING): DiskWorld {
  const pools = createFilePools(
    { resources: join(folder, 'data/resources'), state: join(folder, 'data/.ztps') },
    { logger: silentLogger, clock: { now: () => 0 } },
  )
  return diskWorld(folder, { settings, pools: [pools.admin] })
}

function node(systemmac: string): string {
  return JSON.stringify({ serialnumber: 'any', systemmac, neighbors: {} })
}

describe('ztps dhcp', () => {
  const rules = [
    [
      'kea',
      [
        `"substring(option[60].hex, 0, 6) == 'Arista'"`,
        '"http://192.0.2.1:8080/ztp\\\\,a/bootstrap"',
      ],
    ],
    [
      'isc',
      ['identifier, 0, 6) = "Arista";', 'bootfile-name "http://192.0.2.1:8080/ztp,a/bootstrap";'],
    ],
    ['dnsmasq', ['vendor-class,41:72:69:73:74:61', '"http://192.0.2.1:8080/ztp,a/bootstrap"']],
  ] as const
  it.each(rules)('prints the rule alone for %s', async (server, parts) => {
    const { status, out, err } = await world().run('dhcp', server)
    expect({ status, err }).toEqual({ status: 0, err: '' })
    for (const part of parts) expect(out).toContain(part)
    expect(out).not.toMatch(/subnet"|subnet |range/)
  })

  it.each(['kea', 'isc', 'dnsmasq'])(
    'sends no router and no DNS of its own: %s',
    async (server) => {
      const { out } = await world().run('dhcp', server, ...NETWORK, '--interface', 'eth7')
      expect(out).toContain('eth7')
      expect(out).not.toMatch(/routers|domain-name-servers|option:router,|dns-server,/)
      expect(out.includes('dhcp-option=tag:ztp-10.0.0.0,option:router\n')).toBe(
        server === 'dnsmasq',
      )
    },
  )

  it('reserves what nodes hold, and says whom it leaves out', async () => {
    await world().write({
      'nodes/SN1/.node': node('00:1C:73:00:00:01'),
      'nodes/SN2/.node': node('001c.7300.0002'),
      'nodes/SN3/.node': node('nobody'),
      'nodes/SN4/.node': node('001c73000001'),
      'nodes/SN5/.node': node('001c73000005'),
      'resources/mgmt':
        '10.0.0.120/24: SN1\n10.0.0.100/24: SN2/mgmt\n10.0.0.5/24: SN3\n10.0.0.6: SN4\n10.0.0.7/24: null\n10.0.0.8: SN8\n',
      'resources/other': '10.0.1.9/24: SN5\nleaf1: SN5\n',
    })
    const words = [...NETWORK, '--router', '10.0.0.1', '--reservations']
    const { status, out, err } = await world().run('dhcp', 'isc', ...words)
    expect(status).toBe(0)
    expect(err.split('\n')).toEqual([
      'WARNING: SN3 has an address, but its system MAC is not known: no reservation',
      'WARNING: SN4 has the MAC or the address of SN1: no reservation',
      'WARNING: SN8 has an address, but no node is called so: no reservation',
      '',
    ])
    expect(out).toContain(
      '  range 10.0.0.101 10.0.0.119;\n  range 10.0.0.121 10.0.0.199;\n  option routers',
    )
    expect(out).toContain(`
# SN1
host ztps-001c73000001-10-0-0-120 {
  option dhcp-client-identifier 00:1c:73:00:00:01;
  fixed-address 10.0.0.120;
}

# SN2
host ztps-001c73000002-10-0-0-100 {
  option dhcp-client-identifier 00:1c:73:00:00:02;
  fixed-address 10.0.0.100;
}
`)
    const kea = await world().run('dhcp', 'kea', ...NETWORK, '--reservations')
    const { Dhcp4 } = JSON.parse(kea.out.replace(/^\/\/.*$/gm, ''))
    expect(Dhcp4.subnet4[0].reservations).toEqual([
      { comment: 'SN1', 'client-id': '00:1c:73:00:00:01', 'ip-address': '10.0.0.120' },
      { comment: 'SN2', 'client-id': '00:1c:73:00:00:02', 'ip-address': '10.0.0.100' },
    ])
    const dnsmasq = await world().run('dhcp', 'dnsmasq', ...NETWORK, '--reservations')
    expect(dnsmasq.out).toContain('# SN2\ndhcp-host=id:00:1c:73:00:00:02,10.0.0.100\n')
  })

  it('leaves ranges of dhcpd between reservations, and none of nothing', async () => {
    await world().write({
      'nodes/SN1/.node': node('001c73000001'),
      'nodes/SN2/.node': node('001c73000002'),
      'nodes/SN3/.node': node('001c73000003'),
      'nodes/SN4/.node': node('001c73000004'),
      'resources/a': '10.0.0.12: SN1\n10.0.0.11: SN1/other\n10.0.0.10: SN2\n10.0.0.14: SN3\n',
      'resources/b': '10.0.0.14: SN4\n',
    })
    const network = ['--subnet', '10.0.0.0/24', '--range', '10.0.0.10-10.0.0.14', ...ROUTER]
    const { out, err } = await world().run('dhcp', 'isc', ...network, '--reservations')
    expect(out.match(/range .*;|fixed-address .*;/g)).toEqual([
      'range 10.0.0.11 10.0.0.11;',
      'range 10.0.0.13 10.0.0.13;',
      'fixed-address 10.0.0.12;',
      'fixed-address 10.0.0.10;',
      'fixed-address 10.0.0.14;',
    ])
    expect(err).toBe('WARNING: SN4 has the MAC or the address of SN3: no reservation\n')
  })

  it('says once what is wrong with the configuration', async () => {
    const other = world(`${URL_SETTING}nonsense = 1\n`)
    const { status, err } = await other.run('dhcp', 'kea', ...NETWORK, ...ROUTER, '--reservations')
    expect({ status, err }).toEqual({
      status: 0,
      err: expect.stringMatching(/^WARNING: .* has no setting 'nonsense'\n$/),
    })
  })

  const refusals = [
    ['another server', ['bind'], /'bind' is none of the DHCP servers kea, isc, dnsmasq/],
    ['no server', [], /missing required argument 'SERVER'/],
    ['a router without a network', ['kea', '--router', '10.0.0.1'], /--router goes with --subnet/],
    ['reservations without a network', ['isc', '--reservations'], /--reservations goes with/],
    [
      'two faults',
      ['kea', ...NETWORK, '--router', 'a', '--dns', 'b'],
      /--router a .*; --dns takes/,
    ],
  ] as const
  it.each(refusals)('refuses %s, with status 2', async (_, words, reason) => {
    const { status, out, err } = await world().run('dhcp', ...words)
    expect({ status, out }).toEqual({ status: 2, out: '' })
    expect(err).toMatch(reason)
  })

  const urls = [
    ['http://localhost:8080', [], /^WARNING: .* a switch takes localhost for itself, .*\n$/],
    ['http://0.0.0.0:8080', [], /a switch takes 0\.0\.0\.0 for itself, or for nobody/],
    ['http://[::1]:8080', [], /a switch takes \[::1\] for itself/],
    ['http://127.0.0.1:8080', [], /a switch takes 127\.0\.0\.1 for itself/],
    ['http://127.example.net:8080', [...NETWORK, '--dns', '10.0.0.3'], /^$/],
    [
      'http://ztpserver:8080',
      NETWORK,
      /^WARNING: .* the name ztpserver, which no switch can look up without --dns\n$/,
    ],
    ['http://ztpserver:8080', [...NETWORK, '--dns', '10.0.0.3'], /^$/],
    [
      'http://ztpserver:8080',
      [],
      /^WARNING: server_url is http:\/\/ztpserver:8080: the name servers .* have to know ztpserver\n$/,
    ],
    ['http://[2001:db8::1]:8080', NETWORK, /^WARNING: server_url has an IPv6 address: .*\n$/],
    ['http://10.0.0.2:8080', NETWORK, /^$/],
    [
      'http://10.0.0.100:8080',
      NETWORK,
      /^WARNING: server_url has the address 10\.0\.0\.100, which lies in --range: .*\n$/,
    ],
    [
      'http://192.0.2.1:8080',
      NETWORK,
      /^WARNING: .* 192\.0\.2\.1, outside of 10\.0\.0\.0\/24: .* without --router\n$/,
    ],
    ['http://192.0.2.1:8080', [...NETWORK, ...ROUTER], /^$/],
    ['http://192.0.2.1:8080', [], /^$/],
    [
      'http://10.0.0.2:8080',
      [...NETWORK, '--dns', '10.0.0.199,192.0.2.9,10.0.0.3'],
      /^WARNING: --dns has the address 10\.0\.0\.199, which .*\nWARNING: --dns .* 192\.0\.2\.9, outside .*\n$/,
    ],
  ] as const
  it.each(urls)('warns of what switches cannot reach: %s %j', async (url, words, warning) => {
    const other = world(`[default]\nserver_url = ${url}\n`)
    const { status, err } = await other.run('dhcp', 'kea', ...words)
    expect({ status, err }).toEqual({ status: 0, err: expect.stringMatching(warning) })
  })
})
