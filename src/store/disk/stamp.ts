import type { BigIntStats } from 'node:fs'

/** What identifies one content of one file, as far as stat can tell. */
export type Stamp = Pick<BigIntStats, 'dev' | 'ino' | 'size' | 'mtimeNs' | 'ctimeNs'>

/** Only the fields of a stamp: BigIntStats itself does not survive a trip between threads. */
export function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): Stamp {
  return { dev, ino, size, mtimeNs, ctimeNs }
}

export function sameStamp(one: Stamp, other: Stamp): boolean {
  return (
    one.mtimeNs === other.mtimeNs &&
    one.ctimeNs === other.ctimeNs &&
    one.size === other.size &&
    one.ino === other.ino &&
    one.dev === other.dev
  )
}

/** A stamp as one word. */
export function stampText({ dev, ino, size, mtimeNs, ctimeNs }: Stamp): string {
  return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`
}

const NS_PER_MS = 1_000_000n
const NS_PER_S = 1_000_000_000n
/** Kernels stamp files with the time of the last clock tick, at most 10 ms old. */
const TICK = 50n * NS_PER_MS
/** Some file systems keep whole seconds, or every second one. */
const COARSE_TICK = 2_100n * NS_PER_MS
/** A file server's clock may be a little ahead of ours. */
const CLOCK_SKEW = 60n * NS_PER_S

/**
 * Whether the file changed so recently that one more change might leave the same stamp.
 *
 * The change time decides: unlike the modification time no program can set it.
 *
 * @param taken when the stamp was taken, or a little before; ms since 1970
 */
export function isRacy(stamp: Stamp, taken: number): boolean {
  const age = BigInt(Math.trunc(taken)) * NS_PER_MS - stamp.ctimeNs
  const window = isCoarse(stamp) ? COARSE_TICK : TICK
  return age < window && age > -CLOCK_SKEW
}

/** Whether the file system keeps whole seconds only, as far as one stamp tells. */
export function isCoarse({ ctimeNs }: Stamp): boolean {
  return ctimeNs % NS_PER_S === 0n
}
