import { describe, expect, it } from 'vitest'
import { ipv4Text, isHostOf, netmask, parseIpv4, subnetText } from './ipv4.ts'

describe('an IPv4 network', () => {
  it.each([
    [1, '128.0.0.0'],
    [8, '255.0.0.0'],
    [23, '255.255.254.0'],
    [30, '255.255.255.252'],
  ])('/%i has the mask %s', (prefix, mask) => {
    expect(ipv4Text(netmask(prefix))).toBe(mask)
  })

  it.each([
    ['10.0.0.3', false],
    ['10.0.0.4', false],
    ['10.0.0.5', true],
    ['10.0.0.6', true],
    ['10.0.0.7', false],
    ['10.0.0.8', false],
  ])('10.0.0.4/30: whether %s can be the address of a host: %s', (address, expected) => {
    const network = { subnet: parseIpv4('10.0.0.4') ?? 0n, prefix: 30 }
    expect(subnetText(network)).toBe('10.0.0.4/30')
    expect(isHostOf(parseIpv4(address) ?? 0n, network)).toBe(expected)
  })
})
