import type { BigIntStats } from 'node:fs'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import type { Clock } from '../kernel/clock.ts'
import type { FilePart, ServedFile, ServedFolder } from '../provision/served-file.ts'
import { confine } from './confined-path.ts'
import { close, open, readInto, statOf, statOfOpen } from './disk/calls.ts'
import { isErrno, storeFailure } from './disk/failure.ts'
import { readStamped } from './disk/read-stamped.ts'
import { stampOf } from './disk/stamp.ts'
import { createStatCache, type Look } from './stat-cache.ts'

export type ServedFiles = {
  /** @returns undefined when the path leaves the folder or is no regular file */
  find(folder: ServedFolder, path: string): Promise<ServedFile | undefined>
  /**
   * Opens the file that a part was promised of, and keeps it open until the part is written.
   *
   * @returns undefined when the file is another one by now
   * @throws the system's error when the file may not be opened; ZTP_STORE_FAILED when that is no
   *   fault of the file
   */
  open(file: ServedFile, part: FilePart): Promise<WritePart | undefined>
}

/**
 * Writes the part to a stream, as fast as that takes it, and closes the file; does not end the stream.
 *
 * @throws Error when the file is cut short, or the stream closes
 */
export type WritePart = (to: Writable) => Promise<void>

const KIB = 1024
/** Up to here a file is kept: most of what a switch asks for. */
const SMALL_BYTES = 64n * 1024n
const MOST_KEPT_BYTES = 16 * KIB * KIB
/** Two of these for each transfer; larger ones are no faster (bench/README.md). */
const BUFFER_BYTES = 512 * KIB
/** What all transfers may take together, about: beyond it, buffers get smaller and smaller. */
const MOST_BUFFERED_BYTES = 128 * KIB * KIB
const LEAST_BUFFER_BYTES = 32 * KIB

/** A circle of links, a folder that may not be searched: nothing that could be served. */
const REFUSED = ['ELOOP', 'EACCES', 'ENAMETOOLONG']

type Found = { readonly content?: Buffer } | undefined

export function createServedFiles(options: {
  readonly dataRoot: string
  readonly clock: Clock
  /** See StatCacheOptions. */
  readonly look?: Look
}): ServedFiles {
  const cache = createStatCache<Found>({
    ...options,
    load,
    maxEntries: 5_000,
    maxBytes: MOST_KEPT_BYTES,
  })
  let transfers = 0

  return {
    async find(folder, path) {
      const root = join(options.dataRoot, folder)
      const file = confine(root, path)
      if (file === undefined) return undefined
      try {
        const found = await cache.get(file)
        return found && { root, path, ...found }
      } catch (thrown) {
        if (isErrno(thrown, ...REFUSED)) return undefined
        throw storeFailure('read', file, thrown)
      }
    },
    async open(file, part) {
      const path = join(file.root, file.path)
      const opened = await openPart(path, part).catch((thrown: unknown) => {
        if (isErrno(thrown, ...REFUSED, 'ENOENT', 'ENOTDIR', 'EPERM')) throw thrown
        throw storeFailure('read', path, thrown)
      })
      if (opened === undefined) return undefined
      return async (to) => {
        transfers += 1
        try {
          await copy(opened, part, to, bufferBytes(transfers))
        } finally {
          transfers -= 1
          await close(opened)
        }
      }
    },
  }
}

/** A switch that reads slowly holds its buffers for long: a thousand such must not take it all. */
export function bufferBytes(transfers: number): number {
  const share = MOST_BUFFERED_BYTES / (2 * transfers)
  return Math.min(BUFFER_BYTES, Math.max(LEAST_BUFFER_BYTES, Math.floor(share)))
}

/** What a path is; only a regular file is opened, since opening a pipe would wait for its writer. */
async function load(path: string) {
  const stats = await statOf(path)
  const stamp = stampOf(stats)
  if (!stats.isFile()) return { value: undefined, stamp, bytes: 0 }
  if (stats.size > SMALL_BYTES) return { value: {}, stamp, bytes: 0 }
  try {
    const { bytes, stamp: read } = await readStamped(path)
    return { value: { content: bytes }, stamp: read, bytes: bytes.length }
  } catch (thrown) {
    // It is there, and whoever opens it will say why that fails.
    if (isErrno(thrown, 'EACCES', 'EPERM')) return { value: {}, stamp, bytes: 0 }
    throw thrown
  }
}

async function openPart(path: string, part: FilePart): Promise<number | undefined> {
  const file = await open(path, 'r')
  try {
    if (isAsExpected(await statOfOpen(file), part)) return file
  } catch (thrown) {
    await close(file)
    throw thrown
  }
  await close(file)
  return undefined
}

function isAsExpected(stats: BigIntStats, { expected }: FilePart): boolean {
  return (
    Number(stats.size) === expected.size &&
    Number(stats.ino) === expected.ino &&
    Number(stats.mtimeMs) === Math.trunc(expected.mtimeMs)
  )
}

/** Reads into one buffer while the other is on its way: nothing is allocated for each piece. */
async function copy(
  file: number,
  { start, length }: FilePart,
  to: Writable,
  bufferSize: number,
): Promise<void> {
  const end = start + length
  const size = Math.min(bufferSize, length)
  let [reading, writing] = [Buffer.allocUnsafe(size), Buffer.allocUnsafe(size)]
  let written = Promise.resolve()
  for (let at = start; at < end; ) {
    const { bytesRead } = await readInto(file, reading, 0, Math.min(size, end - at), at)
    await written
    if (bytesRead === 0) throw new Error(`the file ends at ${at} bytes, ${end - at} too early`)
    written = writeTo(to, reading.subarray(0, bytesRead))
    // It may fail while the next piece is read, and is only looked at after that.
    written.catch(() => {})
    ;[reading, writing] = [writing, reading]
    at += bytesRead
  }
  await written
}

/**
 * Resolves when the stream is done with the bytes. A response whose socket is being closed drops
 * what is written and calls nobody back: only its `close` tells.
 */
function writeTo(stream: Writable, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new Error('the connection closed'))
    stream.once('close', gone)
    stream.write(bytes, (fault) => {
      stream.off('close', gone)
      if (fault) reject(fault)
      else resolve()
    })
  })
}
