import type { Offer } from '../dhcp/message.ts'
import { VENDOR } from '../dhcp/plan.ts'
import { type Finding, fine, warning, wrong } from './finding.ts'
import type { DhcpAnswer, DoctorPorts } from './ports.ts'

type Ports = Pick<DoctorPorts, 'askDhcp'>

const ABOUT = 'dhcp'
/** Servers that ping an address before they offer it take up to three seconds. */
const PATIENCE_MS = 5_000
const SWITCH = `${VENDOR};vEOS`
const RULE = 'give it the rule that this prints: ztps dhcp kea, isc or dnsmasq'

/**
 * Whether the DHCP servers of a network bring switches here, and nobody else.
 *
 * @param port the network interface by which to ask
 * @param bootUrl what switches have to be told
 */
export async function examineDhcp(
  port: string,
  bootUrl: string,
  ports: Ports,
): Promise<readonly Finding[]> {
  const patience = { interface: port, patienceMs: PATIENCE_MS }
  const answer = await ports.askDhcp({ ...patience, vendor: SWITCH })
  if (answer.kind !== 'offers') return [unasked(port, answer)]
  const { offers } = answer
  if (offers.length === 0) return [silence(port)]
  const found = offers.some(({ bootFile }) => bootFile === bootUrl)
  const findings = offers.map((each) => offered(each, bootUrl, found))
  if (offers.every(({ bootFile }) => bootFile === undefined)) return findings
  const others = await ports.askDhcp({ ...patience, vendor: undefined, enough: offers.length })
  if (others.kind !== 'offers') return [...findings, unasked(port, others)]
  return [...findings, ...others.offers.map(offeredToOthers)]
}

/** @param elsewhere whether another server tells the right URL */
function offered({ server, address, bootFile }: Offer, url: string, elsewhere: boolean): Finding {
  const message = `${server} offers a switch ${address} and`
  if (bootFile === url) return fine(ABOUT, `${message} ${url}`)
  if (bootFile !== undefined) {
    const advice = `if server_url is right, correct the DHCP server; ${RULE}`
    return wrong(ABOUT, `${message} the boot file ${bootFile}, not ${url}`, advice)
  }
  const none = `${message} no boot file (option 67)`
  return elsewhere
    ? warning(ABOUT, `${none}: a switch that takes that offer learns no URL`, RULE)
    : wrong(ABOUT, `${none}: a switch learns no URL`, RULE)
}

function offeredToOthers({ server, bootFile }: Offer): Finding {
  if (bootFile === undefined) return fine(ABOUT, `${server} gives no boot file to other clients`)
  const message = `${server} gives ${bootFile} to every client, not only to ${VENDOR} switches`
  return warning(ABOUT, message, `let it look at option 60; ${RULE}`)
}

function silence(port: string): Finding {
  const message = `no DHCP server answers on ${port} within ${PATIENCE_MS / 1000} s`
  const advice =
    'start it, and see that it has addresses left and that no firewall is between; Kea and dhcpd do not hear the machine they run on: ask from another'
  return wrong(ABOUT, message, advice)
}

/** Why nobody could ask. */
function unasked(port: string, answer: Exclude<DhcpAnswer, { kind: 'offers' }>): Finding {
  switch (answer.kind) {
    case 'forbidden':
      return wrong(ABOUT, 'only root may ask: DHCP answers come to port 68', 'ask as root: sudo')
    case 'port-in-use':
      return wrong(
        ABOUT,
        'another DHCP client has port 68 of this machine for itself',
        'stop it for as long as you ask: ss -lunp sport = :68; or ask from another machine',
      )
    case 'no-address': {
      const { others } = answer
      const known = others.length > 0 ? `those that have one: ${others.join(', ')}; ` : ''
      return wrong(
        ABOUT,
        `this machine has no interface ${port} with an IPv4 address, by which to ask`,
        `${known}give it one for as long as you ask: ip address add ADDRESS/PREFIX dev ${port}`,
      )
    }
    case 'failed':
      return wrong(ABOUT, `asking on ${port} failed: ${answer.reason}`, 'see ip address, ip route')
  }
}
