/** A stream such as process.stderr; with a file descriptor it is written to without blocking. */
export type LogStream = NodeJS.WritableStream & { readonly fd?: number }

/** The descriptor of an open file, or a stream. */
export type LogTarget =
  | { readonly fd: number }
  | (NodeJS.WritableStream & { readonly fd?: undefined })
  | LogStream

/** Where finished lines go. */
export type Sink = {
  /** Takes a line with its newline; never throws and never blocks. */
  write(line: string): void
  /** Resolves when all that was taken is written, or cannot be any more. */
  flush(): Promise<void>
}

/** A sink whose lines may go elsewhere from some moment on. */
export type MovableSink = Sink & {
  /** @returns resolves when all that was taken before is written, or cannot be any more */
  moveTo(target: LogTarget): Promise<void>
}
