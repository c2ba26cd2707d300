import type { Clock } from '../kernel/clock.ts'
import { statIfAny } from './disk/calls.ts'
import { isErrno } from './disk/failure.ts'
import { isRacy, type Stamp, stampText } from './disk/stamp.ts'
import { createRecent } from './recent.ts'

/** What a load made of a file. */
type Stamped<T> = {
  readonly value: T
  /** As stat said before the first byte was read. */
  readonly stamp: Stamp
  /** How much of the cache's bound it takes. */
  readonly bytes: number
}

/** Values made from files, kept until stat says that the file changed. */
export type StatCache<T> = {
  /**
   * Costs one stat when nothing changed. Concurrent calls for one file share one load.
   *
   * @returns undefined when there is no such file
   * @throws what the load throws; nothing is kept then
   */
  get(path: string): Promise<T | undefined>
}

export type StatCacheOptions<T> = {
  /** @throws ENOENT when the file vanished, anything else as it likes */
  readonly load: (path: string) => Promise<Stamped<T>>
  readonly clock: Clock
  readonly maxEntries: number
  readonly maxBytes: number
  /** A quicker way to look than a call of `stat` for each. */
  readonly look?: Look | undefined
}

/**
 * @returns what stat says of the file at some moment after the call, as `stampText` writes it;
 *   undefined when nothing is there
 * @throws the system's error
 */
export type Look = (path: string) => Promise<string | undefined>

async function lookNow(path: string): Promise<string | undefined> {
  const stats = await statIfAny(path)
  return stats && stampText(stats)
}

type Entry<T> = {
  readonly value: T
  readonly stamp: string
  readonly racy: boolean
  readonly started: number
}
type Loading<T> = { readonly entry: Promise<Entry<T>>; readonly started: number }

/**
 * Least recently used goes first when the bounds are reached; a value over the bound is not kept.
 *
 * A file that was changed within a clock tick of being read is read again on the next call: one
 * more change might not show in its stamp.
 */
export function createStatCache<T>(options: StatCacheOptions<T>): StatCache<T> {
  const { look = lookNow } = options
  const entries = createRecent<Entry<T>>(options)
  const loading = new Map<string, Loading<T>>()
  let calls = 0

  function load(path: string): Loading<T> {
    calls += 1
    const started = calls
    const entry = loadNow(path, started).finally(() => {
      if (loading.get(path)?.started === started) loading.delete(path)
    })
    const mine = { entry, started }
    loading.set(path, mine)
    return mine
  }

  async function loadNow(path: string, started: number): Promise<Entry<T>> {
    const before = options.clock.now()
    const { value, stamp, bytes } = await options.load(path)
    const entry = { value, stamp: stampText(stamp), started, racy: isRacy(stamp, before) }
    if (entry.racy) entries.delete(path)
    else entries.put(path, entry, bytes)
    return entry
  }

  /** Whether what was loaded is what a call of that number would read now. */
  function isCurrent(entry: Entry<T>, stamp: string, called: number): boolean {
    if (entry.started > called) return true
    return !entry.racy && entry.stamp === stamp
  }

  /** The kept value, if it is still what the file says. */
  function recall(path: string, stamp: string): Entry<T> | undefined {
    const kept = entries.get(path)
    return kept?.stamp === stamp ? kept : undefined
  }

  async function join(path: string, stamp: string, called: number): Promise<Entry<T>> {
    // A load that began before this call may have failed on what has been mended since.
    const earlier = await loading.get(path)?.entry.catch(() => undefined)
    if (earlier !== undefined && isCurrent(earlier, stamp, called)) return earlier
    return (loading.get(path) ?? load(path)).entry
  }

  async function find(path: string): Promise<T | undefined> {
    calls += 1
    const called = calls
    const stamp = await look(path)
    if (stamp === undefined) {
      entries.delete(path)
      return undefined
    }
    return (recall(path, stamp) ?? (await join(path, stamp, called))).value
  }

  return {
    async get(path) {
      try {
        return await find(path)
      } catch (thrown) {
        if (isErrno(thrown, 'ENOENT', 'ENOTDIR')) return undefined
        throw thrown
      }
    },
  }
}
