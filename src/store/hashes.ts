import type { Clock } from '../kernel/clock.ts'
import { createWorkerClient } from '../thread/worker-client.ts'
import { workerUrl } from '../thread/worker-url.ts'
import { statOf } from './disk/calls.ts'
import { storeFailure } from './disk/failure.ts'
import { type Checksums, type Hashed, hashFile } from './hash-file.ts'
import type { HashAnswer } from './hash-worker.ts'
import { createStatCache, type Look } from './stat-cache.ts'

/** Checksums of served files, computed once and kept until stat says that the file changed. */
export type Hashes = {
  /**
   * @param path a regular file
   * @returns undefined when there is no such file
   * @throws ZtpError ZTP_STORE_FAILED when it cannot be read
   */
  of(path: string): Promise<Checksums | undefined>
  /** Ends the worker threads. */
  close(): Promise<void>
}

/** Up to here a file is hashed where the request is: in less time than a thread takes to answer. */
const INLINE_BYTES = 64n * 1024n
/** Files up to here have a worker of their own, so that they never wait for an image. */
const MIDDLING_BYTES = 16n * 1024n * 1024n
const IMAGE_WORKERS = 2
const MOST_FILES = 50_000

export function createHashes(options: {
  readonly clock: Clock
  /** See StatCacheOptions. */
  readonly look?: Look
}): Hashes {
  const url = workerUrl(import.meta.url, 'hash-worker')
  const middling = createWorkerClient<string, HashAnswer>({ url })
  const images = createWorkerClient<string, HashAnswer>({ url, size: IMAGE_WORKERS })

  async function hash(path: string): Promise<Hashed> {
    const { size } = await statOf(path)
    if (size <= INLINE_BYTES) return hashFile(path)
    const answer = await (size <= MIDDLING_BYTES ? middling : images).ask(path)
    if ('checksums' in answer) return answer
    throw Object.assign(new Error(answer.message), { code: answer.errno })
  }

  const cache = createStatCache<Checksums>({
    load: async (path) => {
      const { checksums, stamp } = await hash(path)
      return { value: checksums, stamp, bytes: 1 }
    },
    ...options,
    maxEntries: MOST_FILES,
    maxBytes: MOST_FILES,
  })
  return {
    async of(path) {
      try {
        return await cache.get(path)
      } catch (thrown) {
        throw storeFailure('read', path, thrown)
      }
    },
    async close() {
      await Promise.all([middling.close(), images.close()])
    },
  }
}
