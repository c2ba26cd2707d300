import type { IndexMemory } from '../../resource/lines-index.ts'

/**
 * What a pool in memory takes up, to be used again by the next reading of the file: a large block
 * that is only dropped stays until the garbage is collected, and there would be two of them.
 */
export type PoolMemory = { readonly bytes?: Buffer; readonly index?: IndexMemory }

/** A file grows with the ids in it: room for as much more, as a part of it. */
const SPARE = 1 / 16

/**
 * A block of so many bytes, not cleared.
 *
 * @param spare one to use if it is large enough
 */
export function blockOf(size: number, spare: Buffer | undefined): Buffer {
  if (spare !== undefined && spare.length >= size) return spare
  return Buffer.allocUnsafeSlow(Math.ceil(size * (1 + SPARE)))
}
