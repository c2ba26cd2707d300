import type { Clock } from '../kernel/clock.ts'
import { type Diagnostic, type Loaded, loadedFrom, type Parsed } from '../kernel/diagnostic.ts'
import { ZtpError } from '../kernel/errors.ts'
import { storeFailure } from './disk/failure.ts'
import { danglingLink } from './disk/link-target.ts'
import { readSettled, readStamped } from './disk/read-stamped.ts'
import { createStatCache, type Look } from './stat-cache.ts'

/** Files of one kind, read when they change. */
export type LoadedFiles<T> = {
  /** `broken`, with the reason, for a file that cannot be read or made sense of. */
  load(path: string): Promise<Loaded<T>>
}

export type LoadedFilesOptions<T> = {
  readonly read: (bytes: Buffer, file: string) => Parsed<T> | Promise<Parsed<T>>
  readonly clock: Clock
  /** Whether people edit the files, in place maybe: not where all the writing is ours. */
  readonly edited?: boolean
  /** See StatCacheOptions. */
  readonly look?: Look | undefined
  readonly maxEntries: number
  /** Of the files' content, all together. */
  readonly maxBytes: number
}

export function createLoadedFiles<T>(options: LoadedFilesOptions<T>): LoadedFiles<T> {
  const { clock, edited = false } = options
  const cache = createStatCache<Loaded<T>>({
    ...options,
    load: async (path) => {
      const { bytes, stamp } = await (edited ? readSettled(path, clock) : readStamped(path))
      return { value: loadedFrom(await options.read(bytes, path)), stamp, bytes: bytes.length }
    },
  })
  return {
    async load(path) {
      try {
        return (await cache.get(path)) ?? (await absentOrDangling(path))
      } catch (thrown) {
        const failure = storeFailure('read', path, thrown)
        if (failure instanceof ZtpError) return broken(path, failure.message)
        throw failure
      }
    },
  }
}

/** A link that leads nowhere is a mistake to tell, not a file that is not there. */
async function absentOrDangling<T>(path: string): Promise<Loaded<T>> {
  const dangling = await danglingLink(path)
  return dangling === undefined ? { kind: 'absent' } : broken(path, dangling)
}

/** A file that says nothing, for a reason that is not in its text. */
export function broken(
  file: string,
  message: string,
): { readonly kind: 'broken'; readonly diagnostics: readonly Diagnostic[] } {
  const place = { file, line: 1, column: 1 }
  return {
    kind: 'broken',
    diagnostics: [{ code: 'ZTP_STORE_FAILED', severity: 'error', ...place, message }],
  }
}
