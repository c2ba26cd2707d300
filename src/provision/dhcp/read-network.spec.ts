import { describe, expect, it } from 'vitest'
import { ipv4Text } from './ipv4.ts'
import { type NetworkWords, readNetwork } from './read-network.ts'

const SOUND: NetworkWords = {
  subnet: '10.0.0.0/24',
  range: '10.0.0.100-10.0.0.199',
  router: '10.0.0.1',
  dns: '10.0.0.2, 192.0.2.53',
  interface: 'eth0.7',
}

describe('readNetwork', () => {
  it('reads all of it', () => {
    const read = readNetwork(SOUND)
    if (!('subnet' in read)) throw new Error(read.join())
    const { subnet, prefix, range, router = 0n, dns, interface: port } = read
    expect([subnet, range.first, range.last, router, ...dns].map(ipv4Text)).toEqual([
      '10.0.0.0',
      '10.0.0.100',
      '10.0.0.199',
      '10.0.0.1',
      '10.0.0.2',
      '192.0.2.53',
    ])
    expect({ prefix, port }).toEqual({ prefix: 24, port: 'eth0.7' })
  })

  it('leaves out what is not given', () => {
    const bare = { router: undefined, dns: undefined, interface: undefined }
    const read = readNetwork({ ...SOUND, ...bare })
    expect(Object.keys(read).sort()).toEqual(['dns', 'prefix', 'range', 'subnet'])
  })

  const accepted: readonly (readonly [string, Partial<NetworkWords>])[] = [
    ['half of everything', { subnet: '0.0.0.0/1' }],
    [
      'room for two',
      { subnet: '10.0.0.100/30', range: '10.0.0.101-10.0.0.102', router: undefined },
    ],
    ['a single address to give out', { range: '10.0.0.100-10.0.0.100' }],
    ['a router right before the range', { router: '10.0.0.99' }],
    ['a router right behind the range', { router: '10.0.0.200' }],
    ['all that hosts can have', { range: '10.0.0.1-10.0.0.254', router: undefined }],
    ['an interface of one letter', { interface: 'a' }],
    ['an interface of fifteen', { interface: 'a'.repeat(15) }],
  ]
  it.each(accepted)('takes %s', (_, change) => {
    const read = readNetwork({ ...SOUND, ...change })
    expect(Array.isArray(read) ? read : []).toEqual([])
  })

  const refusals: readonly (readonly [string, Partial<NetworkWords>, RegExp])[] = [
    ['no prefix', { subnet: '10.0.0.0' }, /^--subnet 10.0.0.0 is no IPv4 network/],
    ['a prefix without room', { subnet: '10.0.0.0/31' }, /no IPv4 network from \/1 to \/30/],
    ['everything', { subnet: '0.0.0.0/0' }, /no IPv4 network/],
    ['IPv6', { subnet: '2001:db8::/64' }, /no IPv4 network/],
    ['an octet with a zero in front', { subnet: '010.0.0.0/24' }, /no IPv4 network/],
    [
      'bits of a host',
      { subnet: '10.0.0.5/24' },
      /is an address within 10\.0\.0\.0\/24: give that/,
    ],
    ['no range', { range: undefined }, /--subnet needs --range.* 10\.0\.0\.1-10\.0\.0\.2$/],
    ['half a range', { range: '10.0.0.5' }, /is not two IPv4 addresses with '-'/],
    ['a range without a beginning', { range: '-10.0.0.5' }, /is not two IPv4 addresses/],
    ['a range without an end', { range: '10.0.0.5-' }, /is not two IPv4 addresses/],
    ['the address of the network', { range: '10.0.0.0-10.0.0.9' }, /no host .* 10\.0\.0\.0$/],
    ['a range backwards', { range: '10.0.0.9-10.0.0.5' }, /backwards: write 10.0.0.5-10.0.0.9/],
    ['a range that leaves', { range: '10.0.0.9-10.0.1.5' }, /--range: no host .* 10\.0\.1\.5$/],
    ['a broadcast address', { range: '10.0.0.9-10.0.0.255' }, /no host .* 10\.0\.0\.255$/],
    ['a router elsewhere', { router: '10.0.1.1' }, /--router: no host of 10\.0\.0\.0\/24/],
    ['a router to be given out', { router: '10.0.0.150' }, /lies in --range/],
    ['a router to be given out first', { router: '10.0.0.100' }, /lies in --range/],
    ['a router to be given out last', { router: '10.0.0.199' }, /lies in --range/],
    ['a router by name', { router: 'gw' }, /^--router gw is no IPv4 address$/],
    ['a name server by name', { dns: '10.0.0.2,ns1' }, /--dns takes IPv4 addresses.*'ns1' is none/],
    ['an interface that ends a line', { interface: 'eth0\nx' }, /--interface eth0\nx is no name/],
    ['a long interface', { interface: 'a'.repeat(16) }, /is no name of a network interface/],
  ]
  it.each(refusals)('refuses %s', (_, change, reason) => {
    expect(readNetwork({ ...SOUND, ...change })).toEqual([expect.stringMatching(reason)])
  })

  it('tells everything that is wrong at once', () => {
    const wrong = { range: '1-2', router: 'x', dns: 'y', interface: '/' }
    expect(readNetwork({ ...SOUND, ...wrong })).toHaveLength(4)
  })
})
