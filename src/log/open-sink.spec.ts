import { execFileSync } from 'node:child_process'
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSink } from './open-sink.ts'
import type { LogStream } from './sink.ts'
import { recordingStream } from './testing/log-streams.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ztps-sink-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

/** A stream of which only the descriptor may be used. */
function onDescriptor(fd: number): LogStream {
  return Object.assign(recordingStream(), { fd })
}

function failOnLoss(lines: number): void {
  throw new Error(`${lines} lines lost`)
}

function openPipe(): { readonly reader: number; readonly writer: number } {
  const path = join(folder, 'pipe')
  execFileSync('mkfifo', [path])
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  return { reader, writer: openSync(path, constants.O_WRONLY) }
}

/** Takes what is in the pipe now. */
function drainPipe(reader: number): string {
  const buffer = Buffer.alloc(65_536)
  try {
    return buffer.toString('utf8', 0, readSync(reader, buffer))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return ''
    throw error
  }
}

const LINES = Array.from({ length: 20_000 }, (_, index) => `line ${index} ${'x'.repeat(20)}\n`)

describe('openSink on a descriptor', () => {
  it('writes a file whole and in order', async () => {
    const path = join(folder, 'log')
    const sink = openSink(onDescriptor(openSync(path, 'a')), failOnLoss)
    for (const line of LINES) sink.write(line)
    await sink.flush()
    expect(readFileSync(path, 'utf8')).toBe(LINES.join(''))
  })

  it('does not hold its caller while nobody reads, and loses nothing once somebody does', async () => {
    const { reader, writer } = openPipe()
    const sink = openSink(onDescriptor(writer), failOnLoss)
    // More than a pipe holds: a blocking write would never come back.
    for (const line of LINES) sink.write(line)
    let flushed = false
    const flushing = sink.flush().then(() => {
      flushed = true
    })
    await setImmediate()
    expect(flushed).toBe(false)
    let read = ''
    while (!flushed) {
      read += drainPipe(reader)
      await setImmediate()
    }
    await flushing
    expect(read + drainPipe(reader)).toBe(LINES.join(''))
    closeSync(reader)
    closeSync(writer)
  })

  it('drops what is over the bound, and says how much when it is read again', async () => {
    const { reader, writer } = openPipe()
    const losses: number[] = []
    const sink = openSink(onDescriptor(writer), (lines) => losses.push(lines))
    const megabyte = `${'y'.repeat(1024 * 1024 - 1)}\n`
    for (let count = 0; count < 20; count += 1) sink.write(megabyte)
    let read = 0
    while (losses.length === 0) {
      read += drainPipe(reader).length
      await setImmediate()
    }
    expect(losses).toEqual([3])
    expect(read + drainPipe(reader).length).toBe(17 * megabyte.length)
    closeSync(reader)
    closeSync(writer)
  })

  it('goes quiet when the reader has gone', async () => {
    const { reader, writer } = openPipe()
    closeSync(reader)
    const sink = openSink(onDescriptor(writer), failOnLoss)
    sink.write('nobody reads this\n')
    await sink.flush()
    sink.write('nor this\n')
    await sink.flush()
    closeSync(writer)
  })

  it('gives up a line that the disk refuses, and tries again with the next', async () => {
    const sink = openSink(onDescriptor(openSync('/dev/full', 'w')), failOnLoss)
    for (const line of ['first\n', 'second\n']) {
      sink.write(line)
      await sink.flush()
    }
  })
})
