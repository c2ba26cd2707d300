import { close, open, readAll, statOfOpen } from './calls.ts'
import { type Stamp, stampOf } from './stamp.ts'

/**
 * A file's content, and its stamp from before the first byte was read: a change meanwhile shows as
 * another stamp at the next look.
 *
 * @throws the system's error
 */
export async function readStamped(
  path: string,
): Promise<{ readonly bytes: Buffer; readonly stamp: Stamp }> {
  const file = await open(path, 'r')
  try {
    const stats = await statOfOpen(file)
    return { bytes: await readAll(file, Number(stats.size)), stamp: stampOf(stats) }
  } finally {
    await close(file)
  }
}
