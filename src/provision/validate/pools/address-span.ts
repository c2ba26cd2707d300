import { IP_BITS, type IpAddress, parseIp } from '../../../resource/ip-address.ts'
import { readRange } from '../../../resource/pool-range.ts'

/** The addresses that an entry stands for, one or many in a row. */
export type AddressSpan = {
  readonly family: IpAddress['family']
  readonly low: bigint
  readonly high: bigint
  /** The prefix length, where one is written. */
  readonly prefix: number | undefined
}

/** @returns undefined for an entry that is no address, nor a range of some */
export function addressSpan(key: string): AddressSpan | undefined {
  const single = readAddress(key)
  if (single !== undefined) return single
  const reading = readRange(key)
  if (reading?.kind !== 'range') return undefined
  const { at, size } = reading.range
  const [first, last] = [readAddress(at(0n)), readAddress(at(size - 1n))]
  // `10.0.[0-9].1` is no row of addresses.
  if (first === undefined || last === undefined || last.low - first.low !== size - 1n) {
    return undefined
  }
  return { ...first, high: last.high }
}

function readAddress(text: string): AddressSpan | undefined {
  const slash = text.indexOf('/')
  const address = parseIp(slash < 0 ? text : text.slice(0, slash))
  if (address === undefined) return undefined
  const { family, value } = address
  const prefix = slash < 0 ? undefined : prefixOf(text.slice(slash + 1), family)
  if (slash >= 0 && prefix === undefined) return undefined
  return { family, low: value, high: value, prefix }
}

function prefixOf(digits: string, family: IpAddress['family']): number | undefined {
  return /^\d{1,3}$/.test(digits) && Number(digits) <= IP_BITS[family] ? Number(digits) : undefined
}

/** The block that an address with its prefix length belongs to; itself alone without one. */
export function blockOf({ family, low, prefix = IP_BITS[family] }: AddressSpan): AddressSpan {
  const size = 1n << BigInt(IP_BITS[family] - prefix)
  const network = low - (low % size)
  return { family, low: network, high: network + size - 1n, prefix }
}
