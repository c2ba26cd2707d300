import type { ReadLimits } from './syntax/read-document.ts'

/** What a file may ask of the reader. */
export type YamlLimits = ReadLimits & {
  /** Characters of a text, bytes of a file. */
  readonly maxSize: number
}

export const DEFAULT_LIMITS: YamlLimits = {
  maxSize: 32 * 1024 * 1024,
  maxDepth: 64,
  maxNodes: 4_000_000,
  maxExpanded: 1_000_000,
}
