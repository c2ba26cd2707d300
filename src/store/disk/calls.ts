import fs, { type BigIntStats } from 'node:fs'
import { promisify } from 'node:util'
import { isErrno } from './failure.ts'

// The callback functions, promisified: half the cost of node:fs/promises, whose file handles and
// per-call wrapping are felt at thousands of requests a second.
export const open = promisify(fs.open)
export const close = promisify(fs.close)
export const fsync = promisify(fs.fsync)
export const mkdir = promisify(fs.mkdir)
export const rename = promisify(fs.rename)
/** The names in a folder. */
export const list: (folder: string) => Promise<string[]> = promisify(fs.readdir)
const write = promisify(fs.write)
export const readInto = promisify(fs.read)
const statAsync = promisify(fs.stat)
const fstatAsync = promisify(fs.fstat)
const BIGINT = { bigint: true } as const

/** What stat says, links followed. */
export function statOf(path: string): Promise<BigIntStats> {
  return statAsync(path, BIGINT)
}

export function statOfOpen(file: number): Promise<BigIntStats> {
  return fstatAsync(file, BIGINT)
}

/** @returns undefined when nothing is there; any other failure is thrown as it came */
export async function statIfAny(path: string): Promise<BigIntStats | undefined> {
  try {
    return await statOf(path)
  } catch (thrown) {
    if (isErrno(thrown, 'ENOENT', 'ENOTDIR')) return undefined
    throw thrown
  }
}

/** Writes all the bytes, however the system cuts them. */
export async function writeAll(file: number, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await write(file, bytes, done, bytes.length - done)
    done += bytesWritten
  }
}

/** Reads to the end. @param expected its size as stat says; more or less is fine */
export async function readAll(file: number, expected: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  // One byte more than expected, so that a read that leaves it empty was the last.
  for (let size = expected + 1; ; size = READ_MORE_BYTES) {
    const chunk = Buffer.allocUnsafe(size)
    const { bytesRead } = await readInto(file, chunk, 0, size, null)
    chunks.push(chunk.subarray(0, bytesRead))
    if (bytesRead < size) break
  }
  const [only] = chunks
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks)
}

const READ_MORE_BYTES = 64 * 1024
