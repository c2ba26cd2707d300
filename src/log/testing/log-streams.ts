import { Writable } from 'node:stream'
import type { LogStream } from '../sink.ts'

/** A stream that keeps what is written. */
export function recordingStream(): LogStream & { lines(): readonly string[] } {
  let written = ''
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      written += String(chunk)
      // Later, as a pipe would: flush() has something to wait for.
      setImmediate(done)
    },
  })
  const lines = (): readonly string[] => written.split('\n').slice(0, -1)
  return Object.assign(stream, { lines })
}

/** A stream whose reader has gone. */
export function brokenStream(): LogStream {
  return new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    },
  })
}
