import { parseIpv4 } from './ipv4.ts'
import type { DhcpNetwork } from './plan.ts'

/** Hosts that mean the machine which asks, or none. */
const OWN_HOST = /^(localhost|127\..*|0\.0\.0\.0|\[::1?\])$/

/** Whether the host of a URL has to be looked up, since it is no address. */
export function isName(host: string): boolean {
  return parseIpv4(host) === undefined && !host.startsWith('[')
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
  const host = new URL(serverUrl).hostname
  if (OWN_HOST.test(host)) {
    return [`server_url is ${serverUrl}: a switch takes ${host} for itself, or for nobody`]
  }
  if (network === undefined || !isName(host) || network.dns.length > 0) return []
  return [`server_url has the name ${host}, which no switch can look up without --dns`]
}
