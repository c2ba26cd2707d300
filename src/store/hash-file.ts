import { createHash } from 'node:crypto'
import { close, open, readInto, statOfOpen } from './disk/calls.ts'
import { type Stamp, stampOf } from './disk/stamp.ts'

/** What a switch checks a download against. */
export type Checksums = { readonly size: number; readonly sha1: string; readonly sha256: string }

/** The checksums, and the stamp of the file from before the first byte was read. */
export type Hashed = { readonly checksums: Checksums; readonly stamp: Stamp }

const CHUNK_BYTES = 1024 * 1024

/**
 * Reads a file to its end, in pieces. `size` is the number of bytes that were read and hashed.
 *
 * @throws the system's error
 */
export async function hashFile(path: string): Promise<Hashed> {
  const file = await open(path, 'r')
  try {
    const stats = await statOfOpen(file)
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, Number(stats.size) + 1))
    const sha1 = createHash('sha1')
    const sha256 = createHash('sha256')
    let size = 0
    for (;;) {
      const { bytesRead } = await readInto(file, chunk, 0, chunk.length, null)
      if (bytesRead === 0) break
      const read = chunk.subarray(0, bytesRead)
      sha1.update(read)
      sha256.update(read)
      size += bytesRead
    }
    const checksums = { size, sha1: sha1.digest('hex'), sha256: sha256.digest('hex') }
    return { checksums, stamp: stampOf(stats) }
  } finally {
    await close(file)
  }
}
