import { ipv4Text, isHostOf, parseIpv4, subnetText } from './ipv4.ts'
import type { DhcpNetwork } from './plan.ts'

/** Hosts that mean the machine which asks, or none. */
const OWN_HOST = /^(localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1?\])$/

/** Why no switch could reach the server by its URL, whatever its network: a sentence. */
export function ownHost(serverUrl: string): string | undefined {
  const host = new URL(serverUrl).hostname
  if (!OWN_HOST.test(host)) return undefined
  return `server_url is ${serverUrl}: a switch takes ${host} for itself, or for nobody`
}

/**
 * Why switches of the network could fail to reach the server by its URL: sentences.
 *
 * @param network undefined when somebody else knows it
 */
export function unreachable(
  serverUrl: string,
  network: DhcpNetwork | undefined,
): readonly string[] {
  const own = ownHost(serverUrl)
  if (own !== undefined) return [own]
  const host = new URL(serverUrl).hostname
  const address = parseIpv4(host)
  return [
    ...(isHostName(host) ? unnamed(serverUrl, host, network) : []),
    ...(host.startsWith('[')
      ? [`server_url has an IPv6 address: this gives switches none, so another has to`]
      : []),
    ...(address === undefined ? [] : apart('server_url has the address', address, network)),
    ...(network?.dns ?? []).flatMap((each) => apart('--dns has the address', each, network)),
  ]
}

/** Whether the host of a URL has to be looked up, since it is no address. */
export function isHostName(host: string): boolean {
  return parseIpv4(host) === undefined && !host.startsWith('[')
}

function unnamed(
  serverUrl: string,
  host: string,
  network: DhcpNetwork | undefined,
): readonly string[] {
  if (network === undefined) {
    return [`server_url is ${serverUrl}: the name servers that switches get have to know ${host}`]
  }
  if (network.dns.length > 0) return []
  return [`server_url has the name ${host}, which no switch can look up without --dns`]
}

/** @param whose how the sentence begins */
function apart(
  whose: string,
  address: bigint,
  network: DhcpNetwork | undefined,
): readonly string[] {
  if (network === undefined) return []
  const { range, router } = network
  const which = `${whose} ${ipv4Text(address)}`
  if (address >= range.first && address <= range.last) {
    return [`${which}, which lies in --range: a switch would be given it`]
  }
  if (router !== undefined || isHostOf(address, network)) return []
  return [`${which}, outside of ${subnetText(network)}: no switch reaches it without --router`]
}
