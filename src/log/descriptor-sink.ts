import { pino } from 'pino'
import type { Sink } from './sink.ts'

export type DescriptorSinkOptions = {
  readonly fd: number
  /** Called when lines were dropped for want of a reader, once there is one again. */
  readonly onLoss: (lines: number) => void
}

type Destination = ReturnType<typeof pino.destination>

/** The most characters that may wait for a reader that has stopped reading. */
const BACKLOG = 16 * 1024 * 1024

/**
 * The most characters in one write, a longer line apart: several processes may write to one pipe,
 * and this much goes into it in one piece (pipe(7), PIPE_BUF).
 */
const CHUNK = 4096

/**
 * Lines on a file descriptor.
 *
 * Node writes to a pipe or a file on standard error synchronously: a slow reader would hold every
 * request. So one chunk at a time goes to the descriptor from Node's thread pool, and what still
 * waits when the process exits is written then.
 */
export class DescriptorSink implements Sink {
  readonly #options: DescriptorSinkOptions
  #destination: Destination | undefined
  #chunks: string[] = []
  #waiting = 0
  #writing = false
  #lostLines = 0
  #readerGone = false
  #flushing: (() => void)[] = []

  constructor(options: DescriptorSinkOptions) {
    this.#options = options
  }

  write(line: string): void {
    if (this.#readerGone) return
    if (this.#waiting + line.length > BACKLOG) {
      this.#lostLines += 1
      return
    }
    this.#waiting += line.length
    const last = this.#chunks.at(-1)
    if (last === undefined || last.length + line.length > CHUNK) this.#chunks.push(line)
    else this.#chunks[this.#chunks.length - 1] = last + line
    if (!this.#writing) this.#writeNext()
  }

  flush(): Promise<void> {
    if (!this.#writing) return Promise.resolve()
    return new Promise((resolve) => {
      this.#flushing.push(resolve)
    })
  }

  #writeNext(): void {
    const chunk = this.#chunks.shift()
    if (chunk === undefined) {
      this.#writing = false
      this.#allWritten()
      return
    }
    this.#writing = true
    this.#waiting -= chunk.length
    this.#destination ??= this.#open()
    this.#destination.write(chunk)
  }

  #allWritten(): void {
    const lines = this.#lostLines
    this.#lostLines = 0
    if (lines > 0) this.#options.onLoss(lines)
    if (this.#writing) return
    const flushed = this.#flushing
    this.#flushing = []
    for (const resolve of flushed) resolve()
  }

  #open(): Destination {
    const destination = pino.destination({ dest: this.#options.fd, sync: false })
    // pino calls it when the process exits; its own would try for ever on a disk that is full.
    destination.flushSync = () => this.#writeRest()
    destination.on('drain', () => this.#writeNext())
    destination.on('error', (error) => this.#giveUp(destination, error))
    return destination
  }

  #writeRest(): void {
    const rest = this.#chunks.join('')
    this.#chunks = []
    if (rest === '') return
    const destination = pino.destination({ dest: this.#options.fd, sync: true })
    destination.on('error', () => {})
    destination.write(rest)
  }

  /** Drops the chunk that failed; a later one may succeed, unless the reader has gone. */
  #giveUp(destination: Destination, error: unknown): void {
    if (destination !== this.#destination) return
    this.#destination = undefined
    destination.destroy()
    this.#readerGone = error instanceof Error && 'code' in error && error.code === 'EPIPE'
    if (this.#readerGone) this.#chunks = []
    this.#writeNext()
  }
}
