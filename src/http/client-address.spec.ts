import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { peers } from '../config/addresses.ts'
import { clientAddresses, type ProxyTrust, trustedPeer } from './client-address.ts'

/** A request from a peer; the socket of an unnamed one has no address. */
function requestFrom(peer: string | undefined, headers: Readonly<Record<string, string>>) {
  const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: peer })
  return Object.assign(new IncomingMessage(socket), { headers })
}

function clientOf(
  trusted: string,
  peer: string | undefined,
  headers: Readonly<Record<string, string>> = {},
  header: ProxyTrust['header'] = 'any',
): string {
  const proxies = peers.parse(trusted)
  if (proxies === undefined) throw new Error(`${trusted} is no list of networks`)
  return clientAddresses({ proxies, header })(requestFrom(peer, headers))
}

const PROXY = '10.0.0.1'
const CLIENT = '192.0.2.60'

describe('who sent a request', () => {
  it.each<readonly [string, string, string | undefined, Record<string, string>, string]>([
    ['the peer', '', CLIENT, {}, CLIENT],
    ['the peer, IPv4 on an IPv6 socket', '', `::ffff:${CLIENT}`, {}, CLIENT],
    ['an unnamed peer', '', undefined, {}, 'unix'],
    ['a peer that lies', '', PROXY, { 'x-forwarded-for': CLIENT }, PROXY],
    ['a peer that lies by the other header', '', PROXY, { forwarded: `for=${CLIENT}` }, PROXY],
    ['a liar beside the trusted', '10.0.0.2', PROXY, { 'x-forwarded-for': CLIENT }, PROXY],
    ['a trusted proxy that says nothing', PROXY, PROXY, {}, PROXY],
    ['whom a trusted proxy names', PROXY, PROXY, { 'x-forwarded-for': CLIENT }, CLIENT],
    ['whom a trusted network names', '10.0.0.0/8', PROXY, { 'x-forwarded-for': CLIENT }, CLIENT],
    [
      'by a proxy on an IPv6 socket',
      PROXY,
      `::ffff:${PROXY}`,
      { 'x-forwarded-for': CLIENT },
      CLIENT,
    ],
    [
      'by a network in IPv6 words',
      '::ffff:10.0.0.0/104',
      PROXY,
      { 'x-forwarded-for': CLIENT },
      CLIENT,
    ],
    [
      'not by a neighbour of that network',
      '::ffff:10.0.0.0/127',
      '10.0.0.2',
      { 'x-forwarded-for': CLIENT },
      '10.0.0.2',
    ],
    ['by a proxy on a unix socket', 'unix', undefined, { 'x-forwarded-for': CLIENT }, CLIENT],
    ['not by an untrusted unix socket', PROXY, undefined, { 'x-forwarded-for': CLIENT }, 'unix'],
    [
      'not what the client made up',
      PROXY,
      PROXY,
      { 'x-forwarded-for': `1.1.1.1, ${CLIENT}` },
      CLIENT,
    ],
    [
      'through two trusted proxies',
      '10.0.0.0/8',
      PROXY,
      { 'x-forwarded-for': `1.1.1.1, ${CLIENT}, 10.0.0.2` },
      CLIENT,
    ],
    ['all trusted: the first', '10.0.0.0/8', PROXY, { 'x-forwarded-for': '10.9.9.9' }, '10.9.9.9'],
    ['with a port', PROXY, PROXY, { 'x-forwarded-for': `${CLIENT}:4711` }, CLIENT],
    ['IPv6', PROXY, PROXY, { 'x-forwarded-for': '2001:db8::1' }, '2001:db8::1'],
    ['IPv6 with a port', PROXY, PROXY, { 'x-forwarded-for': '[2001:db8::1]:80' }, '2001:db8::1'],
    ['no address', PROXY, PROXY, { 'x-forwarded-for': 'unknown' }, PROXY],
    ['no address on the way', PROXY, PROXY, { 'x-forwarded-for': `${CLIENT}, x'\n` }, PROXY],
    ['an empty header', PROXY, PROXY, { 'x-forwarded-for': '' }, PROXY],
    ['Forwarded', PROXY, PROXY, { forwarded: `for=${CLIENT};proto=http;by=10.0.0.1` }, CLIENT],
    ['Forwarded, not first', PROXY, PROXY, { forwarded: `proto=http; For="${CLIENT}:80"` }, CLIENT],
    ['Forwarded, IPv6', PROXY, PROXY, { forwarded: 'for="[2001:db8::1]:80"' }, '2001:db8::1'],
    ['Forwarded, the last', PROXY, PROXY, { forwarded: `for=1.1.1.1, for=${CLIENT}` }, CLIENT],
    ['Forwarded, hidden', PROXY, PROXY, { forwarded: 'for=_secret' }, PROXY],
    ['Forwarded, unbalanced', PROXY, PROXY, { forwarded: `for="${CLIENT}` }, PROXY],
    ['Forwarded without for', PROXY, PROXY, { forwarded: 'proto=https' }, PROXY],
    [
      'X-Forwarded-For where both are',
      PROXY,
      PROXY,
      { forwarded: 'for=1.1.1.1', 'x-forwarded-for': CLIENT },
      CLIENT,
    ],
  ])('%s', (_name, trusted, peer, headers, client) => {
    expect(clientOf(trusted, peer, headers)).toBe(client)
  })

  it('is not a trusted unix socket when the client has reset its TCP connection', () => {
    const request = requestFrom(undefined, { 'x-forwarded-for': CLIENT })
    Object.defineProperty(request.socket, 'localAddress', { value: '10.0.0.2' })
    const trust = { proxies: { networks: [], unix: true }, header: 'any' } as const
    expect(clientAddresses(trust)(request)).toBe('unknown')
    expect(trustedPeer(trust)(request)).toBe(false)
  })

  it('stays what it was when the connection closes', () => {
    const request = requestFrom(undefined, {})
    const client = clientAddresses({ proxies: { networks: [], unix: false }, header: 'any' })
    expect(client(request)).toBe('unix')
    request.socket.destroy()
    expect(client(request)).toBe('unix')
  })

  it.each([
    ['x-forwarded-for', CLIENT],
    ['forwarded', '192.0.2.61'],
  ] as const)('only looks into %s when told so', (header, client) => {
    const headers = { 'x-forwarded-for': CLIENT, forwarded: 'for=192.0.2.61' }
    expect(clientOf(PROXY, PROXY, headers, header)).toBe(client)
  })

  it.each([
    ['x-forwarded-for', { forwarded: `for=${CLIENT}` }],
    ['forwarded', { 'x-forwarded-for': CLIENT }],
  ] as const)('takes nothing for %s from the other', (header, headers) => {
    expect(clientOf(PROXY, PROXY, headers, header)).toBe(PROXY)
  })
})
