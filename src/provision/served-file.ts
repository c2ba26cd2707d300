/** The folders of the data directory that switches may read. */
export type ServedFolder = 'actions' | 'files' | 'nodes'

/** A regular file of the data directory, confined to the folder it is served from. */
export type ServedFile = {
  /** The folder it is served from, absolute. */
  readonly root: string
  /** Below root, with `/` between segments. */
  readonly path: string
  /** All of a small file: the same object as long as the file does not change. */
  readonly content?: Buffer
}

/** A part of a file as it was when its headers were made; offsets in bytes. */
export type FilePart = {
  readonly start: number
  readonly length: number
  readonly expected: { readonly size: number; readonly mtimeMs: number; readonly ino: number }
}
