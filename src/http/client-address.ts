import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { BlockList, isIP, type Socket } from 'node:net'
import type { Peers } from '../config/addresses.ts'

/** Which front servers are believed, and where they say whom they speak for. */
export type ProxyTrust = {
  readonly proxies: Peers
  readonly header: 'any' | 'x-forwarded-for' | 'forwarded'
}

/** What stands for the address of whoever comes through a unix socket. */
const UNIX = 'unix'
/** What stands for the address of whoever reset a TCP connection before we asked who it was. */
const GONE = 'unknown'

/**
 * Makes the function that tells who sent a request: the last of its stations that is no trusted
 * proxy, going back from the peer. Only trusted proxies are believed about the station before
 * them; what they do not say as an address ends the search at the proxy.
 *
 * @returns an IP address, IPv4 without a prefix for IPv6; `unix` for a peer at a unix socket,
 * `unknown` for one that went before anybody asked
 */
export function clientAddresses({
  proxies,
  header,
}: ProxyTrust): (from: IncomingMessage) => string {
  const trusted = trustedAddresses(proxies)
  return ({ socket, headers }) => {
    let client = peerOf(socket)
    if (!trusted(client)) return client
    for (const station of stations(headers, header).reverse()) {
      const before = plainAddress(station)
      if (before === undefined) return client
      client = before
      if (!trusted(client)) return client
    }
    return client
  }
}

/** Makes the function that tells whether a request comes from a trusted proxy. */
export function trustedPeer({ proxies }: ProxyTrust): (from: IncomingMessage) => boolean {
  const trusted = trustedAddresses(proxies)
  return ({ socket }) => trusted(peerOf(socket))
}

/** Who is at the other end, as it was when it was first asked: a closed socket no longer tells. */
const PEERS = new WeakMap<Socket, string>()

/** The address at the other end, IPv4 without a prefix for IPv6; `unix` or `unknown` if it has none. */
export function peerOf(socket: Socket): string {
  const known = PEERS.get(socket)
  if (known !== undefined) return known
  const peer = plainAddress(socket.remoteAddress ?? '') ?? unnamed(socket)
  PEERS.set(socket, peer)
  return peer
}

/**
 * A TCP connection that the client has reset has no remote address either, and would pass for a
 * trusted unix socket; but it has a local one.
 */
function unnamed(socket: Socket): string {
  return socket.destroyed || socket.localAddress !== undefined ? GONE : UNIX
}

function trustedAddresses({ networks, unix }: Peers): (address: string) => boolean {
  const list = new BlockList()
  // It takes ::ffff:10.0.0.0/104 for 10.0.0.0/8.
  for (const { address, bits } of networks) {
    list.addSubnet(address, bits, familyOf(address))
  }
  return (address) => {
    if (address === UNIX) return unix
    return address !== GONE && list.check(address, familyOf(address))
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4'
}

/** What the header says, the first station first. */
function stations(headers: IncomingHttpHeaders, header: ProxyTrust['header']): string[] {
  const { 'x-forwarded-for': list, forwarded } = headers
  if (header !== 'forwarded' && list !== undefined) {
    return String(list)
      .split(',')
      .map((each) => each.trim())
  }
  if (header === 'x-forwarded-for' || forwarded === undefined) return []
  return forwarded.split(',').map(forOf)
}

/** The `for` of one element of Forwarded (RFC 7239, section 4); empty when it has none. */
function forOf(element: string): string {
  const [, quoted, token] =
    /(?:^|;)\s*for\s*=\s*(?:"([^"\\]*)"|([^\s";,]*))\s*(?:;|$)/i.exec(element) ?? []
  return quoted ?? token ?? ''
}

/** The address without brackets, port, and prefix for IPv4; undefined when it is none. */
function plainAddress(text: string): string | undefined {
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
  const address = /^::ffff:([\d.]+)$/i.exec(bare)?.[1] ?? bare
  return isIP(address) === 0 ? undefined : address
}
