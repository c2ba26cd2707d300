import { DescriptorSink } from './descriptor-sink.ts'
import type { LogStream, Sink } from './sink.ts'

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
