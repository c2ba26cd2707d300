/** Values by key, the most recently used of them: as many as its bounds let it keep. */
export type Recent<T> = {
  /** Counts as a use. */
  get(key: string): T | undefined
  /** @param bytes how much of the bound it takes; a value over the whole bound is not kept */
  put(key: string, value: T, bytes: number): void
  delete(key: string): void
}

type Held<T> = { readonly value: T; readonly bytes: number }

export function createRecent<T>(bounds: {
  readonly maxEntries: number
  readonly maxBytes: number
}): Recent<T> {
  // In the order of use: a Map keeps the order of insertion.
  const entries = new Map<string, Held<T>>()
  let held = 0

  function forget(key: string): void {
    held -= entries.get(key)?.bytes ?? 0
    entries.delete(key)
  }

  return {
    get(key) {
      const found = entries.get(key)
      if (found === undefined) return undefined
      entries.delete(key)
      entries.set(key, found)
      return found.value
    },
    put(key, value, bytes) {
      forget(key)
      if (bytes > bounds.maxBytes) return
      entries.set(key, { value, bytes })
      held += bytes
      for (const oldest of entries.keys()) {
        if (entries.size <= bounds.maxEntries && held <= bounds.maxBytes) break
        forget(oldest)
      }
    },
    delete: forget,
  }
}
