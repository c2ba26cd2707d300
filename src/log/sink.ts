import { DescriptorSink } from './descriptor-sink.ts'

/** A stream such as process.stderr; with a file descriptor it is written to without blocking. */
export type LogStream = NodeJS.WritableStream & { readonly fd?: number }

/** Where finished lines go. */
export type Sink = {
  /** Takes a line with its newline; never throws and never blocks. */
  write(line: string): void
  /** Resolves when all that was taken is written, or cannot be any more. */
  flush(): Promise<void>
}

/**
 * Opens the sink on a stream. A broken one (nobody reads standard error any more, the disk is full)
 * loses lines, not the server.
 *
 * @param onLoss called when lines were dropped for want of a reader, once there is one again
 */
export function openSink(stream: LogStream, onLoss: (lines: number) => void): Sink {
  const { fd } = stream
  return typeof fd === 'number' ? new DescriptorSink({ fd, onLoss }) : streamSink(stream)
}

function streamSink(stream: LogStream): Sink {
  stream.on('error', () => {})
  const write = (text: string, done?: () => void): void => {
    if (stream.writable) stream.write(text, done)
    else done?.()
  }
  return { write, flush: () => new Promise((resolve) => write('', resolve)) }
}
