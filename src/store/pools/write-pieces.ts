import { writeSync } from 'node:fs'

const BLOCK = 256 * 1024

/** Writes small pieces together. @returns how many bytes it were */
export function writePieces(file: number, pieces: Iterable<Uint8Array>): number {
  const block = Buffer.allocUnsafe(BLOCK)
  let total = 0
  let used = 0
  const flush = () => {
    writeAll(file, block.subarray(0, used))
    used = 0
  }
  for (const piece of pieces) {
    total += piece.length
    if (used + piece.length > BLOCK) flush()
    if (piece.length > BLOCK) writeAll(file, piece)
    else {
      block.set(piece, used)
      used += piece.length
    }
  }
  flush()
  return total
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done)
}
