import { IP_BITS, type IpAddress, ipText, parseIp } from './ip-address.ts'
import type { RangeReading, Span } from './range-reading.ts'

/** Two things that may be addresses, each with what may be a prefix length. */
const ENDS = /^([0-9A-Fa-f:.]+)(\/[0-9]*)?-([0-9A-Fa-f:.]+)(\/[0-9]*)?$/
const QUAD = /^[0-9]+(?:\.[0-9]+){3}$/
const EXAMPLE = '192.168.1.10-192.168.1.250/24'

type Ends = {
  readonly family: 4 | 6
  readonly low: bigint
  readonly high: bigint
  /** `/n`, or nothing. */
  readonly suffix: string
}

/**
 * Reads `ADDR-ADDR` or `ADDR-ADDR/n`.
 *
 * @returns undefined for what has no address at either end
 */
export function readAddressRange(key: string): RangeReading | undefined {
  const [, first = '', early = '', last = '', suffix = ''] = ENDS.exec(key) ?? []
  if (!isAddressLike(first) && !isAddressLike(last)) return undefined
  const wrong = (reason: string) => ({ kind: 'malformed', reason: `${key} ${reason}` }) as const
  const [one, other] = [parseIp(first), parseIp(last)]
  if (one === undefined || other === undefined) {
    return wrong(`is a range without two whole addresses: ${EXAMPLE} would be one`)
  }
  if (one.family !== other.family) return wrong('is a range from an IPv4 to an IPv6 address')
  if (early !== '') {
    const right = suffix === '' ? early : suffix
    return wrong(`has a prefix length inside a range: write ${first}-${last}${right}`)
  }
  const longest = IP_BITS[one.family]
  if (suffix === '/' || Number(suffix.slice(1)) > longest) {
    return wrong(`ends in no prefix length: /0 to /${longest} are those of IPv${one.family}`)
  }
  if (one.value > other.value) return wrong(`goes backwards: write ${last}-${first}${suffix}`)
  return rangeOf({ family: one.family, low: one.value, high: other.value, suffix })
}

function isAddressLike(text: string): boolean {
  return QUAD.test(text) || parseIp(text) !== undefined
}

function rangeOf(ends: Ends): RangeReading {
  const { family, low, high, suffix } = ends
  const text = (value: bigint) => ipText({ family, value })
  return {
    kind: 'range',
    range: {
      size: high - low + 1n,
      at: (position) => text(low + position) + suffix,
      part({ from, to }) {
        const [first, last] = [text(low + from), text(low + to)]
        return (first === last ? first : `${first}-${last}`) + suffix
      },
      covers: (key) => covered(ends, key),
    },
  }
}

function covered({ family, low, high, suffix }: Ends, key: string): Span | undefined {
  if (!key.endsWith(suffix)) return undefined
  const [first = '', last = first] = key.slice(0, key.length - suffix.length).split('-')
  const [one, other] = [parseIp(first), parseIp(last)]
  if (one?.family !== family || other?.family !== family) return undefined
  const [from, to] = [one.value > low ? one.value : low, smaller(other, high)]
  return from > to ? undefined : { from: from - low, to: to - low }
}

function smaller({ value }: IpAddress, limit: bigint): bigint {
  return value < limit ? value : limit
}
