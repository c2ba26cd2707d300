import { DescriptorSink } from './descriptor-sink.ts'
import type { LogTarget, MovableSink, Sink } from './sink.ts'

/** Opens a sink that may go on elsewhere. @see openSink */
export function openMovableSink(target: LogTarget, onLoss: (lines: number) => void): MovableSink {
  let sink = openSink(target, onLoss)
  return {
    write: (line) => sink.write(line),
    flush: () => sink.flush(),
    moveTo(next) {
      const old = sink
      sink = openSink(next, onLoss)
      return old.flush()
    },
  }
}

/**
 * Opens the sink on a stream. A broken one (nobody reads standard error any more, the disk is full)
 * loses lines, not the server.
 *
 * @param onLoss called when lines were dropped for want of a reader, once there is one again
 */
export function openSink(target: LogTarget, onLoss: (lines: number) => void): Sink {
  const { fd } = target
  if (typeof fd === 'number') return new DescriptorSink({ fd, onLoss })
  return streamSink(target)
}

function streamSink(stream: NodeJS.WritableStream): Sink {
  stream.on('error', () => {})
  const write = (text: string, done?: () => void): void => {
    if (stream.writable) stream.write(text, done)
    else done?.()
  }
  return { write, flush: () => new Promise((resolve) => write('', resolve)) }
}
