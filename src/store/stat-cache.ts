import type { Clock } from '../kernel/clock.ts'
import { statIfAny } from './disk/calls.ts'
import { isErrno } from './disk/failure.ts'
import { isRacy, type Stamp, sameStamp } from './disk/stamp.ts'

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
  /**
   * Files that hardly two callers want at once are loaded without a look before: the load itself
   * says whether they are there.
   */
  readonly unshared?: boolean
}

type Entry<T> = Stamped<T> & { readonly racy: boolean; readonly started: number }
type Loading<T> = { readonly entry: Promise<Entry<T>>; readonly started: number }

/**
 * Least recently used goes first when the bounds are reached; a value over the bound is not kept.
 *
 * A file that was changed within a clock tick of being read is read again on the next call: one
 * more change might not show in its stamp.
 */
export function createStatCache<T>(options: StatCacheOptions<T>): StatCache<T> {
  const entries = new Map<string, Entry<T>>()
  const loading = new Map<string, Loading<T>>()
  let held = 0
  let calls = 0

  function keep(path: string, entry: Entry<T>): void {
    forget(path)
    if (entry.racy || entry.bytes > options.maxBytes) return
    entries.set(path, entry)
    held += entry.bytes
    for (const oldest of entries.keys()) {
      if (entries.size <= options.maxEntries && held <= options.maxBytes) break
      forget(oldest)
    }
  }

  function forget(path: string): void {
    held -= entries.get(path)?.bytes ?? 0
    entries.delete(path)
  }

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
    const stamped = await options.load(path)
    const entry = { ...stamped, started, racy: isRacy(stamped.stamp, before) }
    keep(path, entry)
    return entry
  }

  /** Whether what was loaded is what a call of that number would read now. */
  function isCurrent(entry: Entry<T>, stamp: Stamp, called: number): boolean {
    if (entry.started > called) return true
    return !entry.racy && sameStamp(entry.stamp, stamp)
  }

  /** The kept value, if it is still what the file says. */
  function recall(path: string, stamp: Stamp): Entry<T> | undefined {
    const kept = entries.get(path)
    if (kept === undefined || !sameStamp(kept.stamp, stamp)) return undefined
    entries.delete(path)
    entries.set(path, kept)
    return kept
  }

  async function join(path: string, stamp: Stamp, called: number): Promise<Entry<T>> {
    // A load that began before this call may have failed on what has been mended since.
    const earlier = await loading.get(path)?.entry.catch(() => undefined)
    if (earlier !== undefined && isCurrent(earlier, stamp, called)) return earlier
    return (loading.get(path) ?? load(path)).entry
  }

  async function look(path: string): Promise<T | undefined> {
    calls += 1
    const called = calls
    const stamp = await statIfAny(path)
    if (stamp === undefined) {
      forget(path)
      return undefined
    }
    return (recall(path, stamp) ?? (await join(path, stamp, called))).value
  }

  return {
    async get(path) {
      try {
        const known = !options.unshared || entries.has(path) || loading.has(path)
        return known ? await look(path) : (await load(path).entry).value
      } catch (thrown) {
        if (isErrno(thrown, 'ENOENT', 'ENOTDIR')) return undefined
        throw thrown
      }
    },
  }
}
