import { type BigIntStats, closeSync, openSync, readSync, statSync } from 'node:fs'
import { ZtpError } from '../../kernel/errors.ts'
import { storeFailure } from '../disk/failure.ts'
import { isRacy, type Stamp, sameStamp, stampOf } from '../disk/stamp.ts'
import { nap } from './pool-lock.ts'
import { blockOf, type PoolMemory } from './pool-memory.ts'
import { demandSize, type PoolPlace } from './pool-place.ts'

// Synchronous throughout: this runs in the pool worker, with the pool lock held.

const BIGINT = { bigint: true } as const
/** How long an editor that writes in place is given to finish. */
const SETTLE_MS = 1_000
/** So often at least, too: a process that was held up has seen nothing of that time. */
const LEAST_LOOKS = 50
/** Who writes into a file that is older than this is no editor that saves a new one. */
const IN_PLACE_NS = 50_000_000n
const COMPARE_BYTES = 64 * 1024
/** How long such a program may pause, in ms. */
const PAUSE_MS = 200

/**
 * The bytes of a pool, and what stat said of just these bytes.
 *
 * Some editors empty the file and fill it again, slowly at times: half of it is not to be taken for
 * the pool. What a file's times say is not enough where clocks differ: one that nobody changes while
 * we look is settled too.
 *
 * @param isOurs whether it is our own last write, which is always whole
 * @param memory to use, if it is large enough
 * @throws ZtpError ZTP_INVALID_POOL, ZTP_STORE_FAILED
 */
export function readPool(
  { path, target }: PoolPlace,
  isOurs: (stamp: Stamp, bytes: Uint8Array) => boolean,
  memory: PoolMemory = {},
): { readonly bytes: Buffer; readonly block: Buffer; readonly stamp: Stamp } {
  const began = performance.now()
  let first: Stamp | undefined
  let block = memory.bytes
  try {
    for (let looks = 1; ; looks += 1) {
      // Before, not after: this process may be held up between reading and judging.
      const taken = Date.now()
      const stat = demandSize(path, statSync(target, BIGINT))
      const stamp = stampOf(stat)
      // One byte more, to see that there are no more.
      block = blockOf(Number(stat.size) + 1, block)
      const bytes = block.subarray(0, readInto(block, target))
      const isWhole = sameStamp(stamp, stampOf(statSync(target, BIGINT)))
      const read = { bytes, block, stamp }
      if (isWhole && (isOurs(stamp, bytes) || isSettled(stat, taken))) return read
      first ??= stamp
      if (performance.now() - began > SETTLE_MS && looks >= LEAST_LOOKS) {
        // Another file each time is saved whole; the same one is being written.
        if (isWhole && (sameStamp(stamp, first) || stamp.ino !== first.ino)) return read
        throw new ZtpError('ZTP_STORE_FAILED', `${path} is being written by another program`)
      }
      nap(5)
    }
  } catch (thrown) {
    throw storeFailure('read', path, thrown)
  }
}

function isSettled(stat: BigIntStats, taken: number): boolean {
  // Few pools are empty, but every file that is written in place is, for a moment.
  if (stat.size === 0n) return false
  const isInPlace = stat.mtimeNs - stat.birthtimeNs > IN_PLACE_NS
  return !isRacy(stat, isInPlace ? taken - PAUSE_MS : taken)
}

/**
 * Whether a file has just this content.
 *
 * @param pieces of the content, which are good until the next is asked for
 * @throws ZtpError ZTP_STORE_FAILED
 */
export function hasContent({ path, target }: PoolPlace, pieces: Iterable<Uint8Array>): boolean {
  try {
    const file = openSync(target, 'r')
    try {
      return isContent(file, pieces)
    } finally {
      closeSync(file)
    }
  } catch (thrown) {
    throw storeFailure('read', path, thrown)
  }
}

function isContent(file: number, pieces: Iterable<Uint8Array>): boolean {
  const block = Buffer.allocUnsafe(COMPARE_BYTES)
  let from = 0
  let to = 0
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      if (from === to) [from, to] = [0, readSync(file, block, 0, block.length, null)]
      const count = Math.min(to - from, piece.length - at)
      if (count === 0 || block.compare(piece, at, at + count, from, from + count) !== 0)
        return false
      at += count
      from += count
    }
  }
  return from === to && readSync(file, block, 0, 1, null) === 0
}

/** @returns how many bytes there were; as many as fit */
function readInto(block: Buffer, path: string): number {
  const file = openSync(path, 'r')
  try {
    for (let done = 0; ; ) {
      const read = readSync(file, block, done, block.length - done, null)
      done += read
      if (read === 0 || done === block.length) return done
    }
  } finally {
    closeSync(file)
  }
}
