import { IP_BITS, ipText, parseIp } from '../../resource/ip-address.ts'
import type { DhcpNetwork } from './plan.ts'

/** @returns undefined for anything but an IPv4 address */
export function parseIpv4(text: string): bigint | undefined {
  const read = parseIp(text)
  return read?.family === 4 ? read.value : undefined
}

export function ipv4Text(value: bigint): string {
  return ipText({ family: 4, value })
}

export function netmask(prefix: number): bigint {
  const hosts = BigInt(IP_BITS[4] - prefix)
  return ((1n << BigInt(prefix)) - 1n) << hosts
}

/** Whether a host of the network can have the address. */
export function isHostOf(
  address: bigint,
  { subnet, prefix }: Pick<DhcpNetwork, 'subnet' | 'prefix'>,
): boolean {
  const broadcast = subnet + (1n << BigInt(IP_BITS[4] - prefix)) - 1n
  return address > subnet && address < broadcast
}

export function subnetText({ subnet, prefix }: Pick<DhcpNetwork, 'subnet' | 'prefix'>): string {
  return `${ipv4Text(subnet)}/${prefix}`
}
