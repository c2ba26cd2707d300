import type { Io, Output } from '../io.ts'

/** An io that keeps what is written to it. */
export type RecordedIo = Io & { readonly out: () => string; readonly err: () => string }

export function recordedIo(): RecordedIo {
  const out: string[] = []
  const err: string[] = []
  return {
    stdout: recorder(out),
    stderr: recorder(err),
    environment: {},
    out: () => out.join(''),
    err: () => err.join(''),
  }
}

function recorder(written: string[]): Output {
  return {
    write: (text) => void written.push(text),
    drained: async () => {},
    isTTY: false,
    columns: 100,
  }
}
