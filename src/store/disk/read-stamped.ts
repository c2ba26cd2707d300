import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../kernel/clock.ts'
import { close, open, readAll, statOfOpen } from './calls.ts'
import { isRacy, type Stamp, stampOf } from './stamp.ts'

/** A file as it was read. */
export type StampedBytes = { readonly bytes: Buffer; readonly stamp: Stamp }

/**
 * A file's content, and its stamp from before the first byte was read: a change meanwhile shows as
 * another stamp at the next look.
 *
 * @throws the system's error
 */
export async function readStamped(path: string): Promise<StampedBytes> {
  const file = await open(path, 'r')
  try {
    const stats = await statOfOpen(file)
    return { bytes: await readAll(file, Number(stats.size)), stamp: stampOf(stats) }
  } finally {
    await close(file)
  }
}

const NAP_MS = 20
const MOST_LOOKS = 10

/**
 * The same for a file that a person edits. Many editors empty a file and fill it again: one that
 * was changed a moment ago is given a moment, so that half of it is not taken for the whole.
 *
 * @throws the system's error
 */
export async function readSettled(path: string, clock: Clock): Promise<StampedBytes> {
  for (let looks = 1; ; looks += 1) {
    const now = clock.now()
    const read = await readStamped(path)
    if (looks === MOST_LOOKS || !isRacy(read.stamp, now)) return read
    await sleep(NAP_MS)
  }
}
