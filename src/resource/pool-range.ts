import { ZtpError } from '../kernel/errors.ts'
import { readAddressRange } from './address-range.ts'
import { readNumberRange } from './number-range.ts'
import type { PoolRange, RangeReading } from './range-reading.ts'

/**
 * Reads a key as a range of entries: `ADDR-ADDR`, `ADDR-ADDR/n` (IPv4 and IPv6; each entry gets the
 * `/n`), or a text with `[n-m]` in it (`leaf[01-64]`; leading zeros are kept).
 *
 * @returns undefined for an ordinary entry, `10.0.0.0/30` and the host name `a-b` among them
 */
export function readRange(key: string): RangeReading | undefined {
  // Both ways need one; most keys have none.
  return key.includes('-') ? (readAddressRange(key) ?? readNumberRange(key)) : undefined
}

/**
 * The entries of a range, one after another.
 *
 * @returns undefined for an ordinary entry
 * @throws ZtpError ZTP_INVALID_POOL for a range that is backwards or malformed
 */
export function expandRange(key: string): Iterable<string> | undefined {
  return entriesOf(demandRange(key))
}

/** The same as a range. @throws ZtpError ZTP_INVALID_POOL */
export function demandRange(key: string): PoolRange | undefined {
  const reading = readRange(key)
  if (reading?.kind === 'malformed') throw new ZtpError('ZTP_INVALID_POOL', reading.reason)
  return reading?.range
}

function entriesOf(range: PoolRange | undefined): Iterable<string> | undefined {
  if (range === undefined) return undefined
  return {
    *[Symbol.iterator]() {
      for (let at = 0n; at < range.size; at += 1n) yield range.at(at)
    },
  }
}
