import type { Parsed } from '../../kernel/diagnostic.ts'
import type { Failure } from '../../thread/protocol.ts'
import type { FILES } from '../nodes/node-paths.ts'

/** What the reader worker is asked together. */
export type ReaderBatch = {
  /** Milliseconds since 1970, before the first look. */
  readonly now: number
  readonly questions: readonly ReaderQuestion[]
}

export type ReaderQuestion =
  /** What stat says of a path, links followed. */
  | { readonly kind: 'stamp'; readonly path: string }
  /** Whether there is a folder; `state`: and whether it is that of a node that is configured. */
  | { readonly kind: 'presence' | 'state'; readonly folder: string }
  /** What is in a node's folder. */
  | ({ readonly kind: 'content' } & FolderQuestion)

export type ReaderAnswer =
  /** By `stampText`; undefined when nothing is there. */
  | { readonly kind: 'stamp'; readonly stamp: string | undefined }
  | { readonly kind: 'state'; readonly state: FolderState }
  /** Undefined when there is no folder. */
  | { readonly kind: 'content'; readonly content: FolderContent | undefined }
  /** `errno` where it is the system's error as it came. */
  | { readonly kind: 'failed'; readonly failure: Failure; readonly errno: string | undefined }

/** See the port's `state`. */
export type FolderState = 'absent' | 'empty' | 'configured'

/** The files of a node's folder that are read to serve it. */
export const READ_KINDS = [
  'report',
  'pattern',
  'definition',
  'attributes',
] as const satisfies readonly (keyof typeof FILES)[]

export type ReadKind = (typeof READ_KINDS)[number]

export type FolderQuestion = {
  readonly folder: string
  /** The stamps of the files whose content the asker has, by `stampText`. */
  readonly known: Partial<Readonly<Record<ReadKind, string>>>
}

export type FolderContent = {
  /** Those that are there. */
  readonly files: Partial<Readonly<Record<ReadKind, FileAnswer>>>
  readonly hasStartupConfig: boolean
}

export type FileAnswer =
  /** It has the known stamp. */
  | 'same'
  | {
      readonly text: Parsed<string>
      /** Undefined when one more change might not show in it. */
      readonly stamp: string | undefined
      readonly bytes: number
    }
  /** Why it cannot be read. */
  | { readonly unreadable: string }
