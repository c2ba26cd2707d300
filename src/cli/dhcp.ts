import type { Settings } from '../config/options.ts'
import { joinUrl } from '../config/server-url.ts'
import { ZtpError } from '../kernel/errors.ts'
import type { DhcpNetwork } from '../provision/dhcp/plan.ts'
import { readNetwork } from '../provision/dhcp/read-network.ts'
import { type ReservationsReading, readReservations } from '../provision/dhcp/reservations.ts'
import { DHCP_SERVERS, type DhcpServerName, renderDhcp } from '../provision/dhcp/servers.ts'
import { unreachable } from '../provision/dhcp/unreachable.ts'
import type { CliCall, CliCommand, GivenOptions } from './command.ts'
import { atDeskWithPools } from './nodes/at-desk.ts'
import { settingsOf } from './settings.ts'

/** What says nothing about a network that is not given. */
const OF_THE_NETWORK = ['range', 'router', 'dns', 'interface', 'reservations']
const NONE: ReservationsReading = { reservations: [], warnings: [] }

/** `ztps dhcp SERVER`. Only reads. */
async function dhcp(call: CliCall): Promise<number> {
  const { words, options, flags, io, deps } = call
  const name = serverName(words[0] ?? '')
  const network = networkOf(options)
  const print = ({ serverUrl }: Settings, { reservations, warnings }: ReservationsReading) => {
    for (const each of [...unreachable(serverUrl, network), ...warnings]) {
      io.stderr.write(`WARNING: ${each}\n`)
    }
    const plan = { bootUrl: joinUrl(serverUrl, 'bootstrap'), reservations }
    io.stdout.write(renderDhcp(name, network === undefined ? plan : { ...plan, network }))
    return 0
  }
  if (network !== undefined && options.has('reservations')) {
    return atDeskWithPools(call, 'read', async (desk, settings) =>
      print(settings, await readReservations(network, desk)),
    )
  }
  const settings = await settingsOf(flags, io, deps)
  return settings === undefined ? 1 : print(settings, NONE)
}

function serverName(word: string): DhcpServerName {
  const names = Object.keys(DHCP_SERVERS)
  if (isServerName(word)) return word
  throw new ZtpError('ZTP_USAGE', `'${word}' is none of the DHCP servers ${names.join(', ')}`)
}

function isServerName(word: string): word is DhcpServerName {
  return Object.hasOwn(DHCP_SERVERS, word)
}

function networkOf(options: GivenOptions): DhcpNetwork | undefined {
  const subnet = options.text('subnet')
  if (subnet === undefined) {
    const lost = OF_THE_NETWORK.find((each) => options.has(each))
    if (lost === undefined) return undefined
    throw new ZtpError('ZTP_USAGE', `--${lost} goes with --subnet, such as --subnet 10.0.0.0/24`)
  }
  const read = readNetwork({
    subnet,
    range: options.text('range'),
    router: options.text('router'),
    dns: options.text('dns'),
    interface: options.text('interface'),
  })
  if ('subnet' in read) return read
  throw new ZtpError('ZTP_USAGE', read.join('; '))
}

export const dhcpCommand: CliCommand = {
  name: 'dhcp',
  summary: 'print the DHCP configuration that brings switches here',
  about: [
    'Prints a configuration for Kea, ISC dhcpd or dnsmasq, with comments that say where it goes. Clients whose option 60 begins with Arista get server_url/bootstrap as option 67; nobody else gets a URL.',
    'Without --subnet it is only that rule, for a server that runs already; with it, all that the server needs for one network.',
  ],
  arguments: [{ name: '<SERVER>', help: 'which one', words: Object.keys(DHCP_SERVERS) }],
  options: [
    { flags: '--subnet <CIDR>', help: 'the network of the switches, such as 10.0.0.0/24' },
    { flags: '--range <FIRST-LAST>', help: 'the addresses to give out' },
    { flags: '--router <ADDRESS>', help: 'the default gateway; none without it' },
    { flags: '--dns <ADDRESSES>', help: 'name servers, separated by commas; none without it' },
    { flags: '--interface <NAME>', help: 'where the DHCP server listens; everywhere without it' },
    {
      flags: '--reservations',
      help: 'each node that holds an address of the network in a pool gets that one, by its system MAC',
    },
  ],
  examples: [
    { line: 'ztps dhcp dnsmasq', does: 'the rule alone' },
    {
      line: 'ztps dhcp kea --subnet 10.0.0.0/24 --range 10.0.0.100-10.0.0.199 --router 10.0.0.1 --dns 10.0.0.2',
      does: 'a whole configuration',
    },
  ],
  run: dhcp,
}
