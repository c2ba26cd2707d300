import type { Clock } from '../kernel/clock.ts'
import type { Parsed } from '../kernel/diagnostic.ts'
import { decodeUtf8 } from '../yaml/utf8.ts'
import { createLoadedFiles, type LoadedFiles } from './loaded-files.ts'
import type { Look } from './stat-cache.ts'

export type ParsedFilesOptions<T> = {
  readonly parse: (text: string, file: string, bytes: Buffer) => Parsed<T>
  readonly clock: Clock
  readonly edited?: boolean
  /** See StatCacheOptions. */
  readonly look?: Look | undefined
  readonly maxEntries: number
  /** Of the files' text, all together. */
  readonly maxBytes: number
}

/** Text files of one kind, decoded and parsed when they change. */
export function createParsedFiles<T>(options: ParsedFilesOptions<T>): LoadedFiles<T> {
  const parse = sharing(options.parse)
  return createLoadedFiles({
    ...options,
    read(bytes, path) {
      const { value: text, diagnostics } = decodeUtf8(bytes, path)
      return text === undefined ? { value: undefined, diagnostics } : parse(text, path, bytes)
    },
  })
}

const MOST_SHARED = 256
const LONGEST_SHARED = 64 * 1024

/**
 * Parses a text once for all the files that hold it: the definitions and patterns in the folders
 * of a fleet are copies of a few. What has a diagnostic names its file and is not shared.
 */
export function sharing<T, Rest extends readonly unknown[]>(
  parse: (text: string, file: string, ...rest: Rest) => Parsed<T>,
): typeof parse {
  const known = new Map<string, Parsed<T>>()
  return (text, file, ...rest) => {
    const shared = known.get(text)
    if (shared !== undefined) return shared
    const parsed = parse(text, file, ...rest)
    if (parsed.diagnostics.length === 0 && text.length <= LONGEST_SHARED) {
      const [oldest] = known.keys()
      if (known.size >= MOST_SHARED && oldest !== undefined) known.delete(oldest)
      known.set(text, parsed)
    }
    return parsed
  }
}
