/** A stream such as process.stderr; with a file descriptor it is written to without blocking. */
export type LogStream = NodeJS.WritableStream & { readonly fd?: number }

/** Where finished lines go. */
export type Sink = {
  /** Takes a line with its newline; never throws and never blocks. */
  write(line: string): void
  /** Resolves when all that was taken is written, or cannot be any more. */
  flush(): Promise<void>
}
