import type { Io, Output } from './cli/io.ts'
import { runCli } from './cli/program.ts'
import { createCliDeps } from './cli-deps.ts'
import type { Credentials } from './process/privileges.ts'

/** The process: the only place that reads its arguments, streams and signals, and ends it. */
export async function main(): Promise<void> {
  const io: Io = {
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    environment: process.env,
  }
  const deps = await createCliDeps({
    clock: { now: () => Date.now() },
    monotonicUs: () => process.hrtime.bigint() / 1000n,
    pid: process.pid,
    environment: process.env,
    stdin: process.stdin,
    logStream: process.stderr,
    print: (line) => void process.stdout.write(`${line}\n`),
    interrupted,
    onStop: (listener) => onSignals(['SIGTERM', 'SIGINT'], listener),
    perish,
    credentials: CREDENTIALS,
    onHangup: (listener) => onSignals(['SIGHUP'], listener),
  })
  process.exitCode = await runCli(process.argv.slice(2), io, deps)
  // A thread in the middle of something that nobody waits for any more does not keep the process.
  setTimeout(() => process.exit(), LEFTOVERS_MS).unref()
}

const LEFTOVERS_MS = 500

function outputOf(stream: NodeJS.WriteStream): Output {
  // A reader that goes away, as `ztps --help | head -1` does, is no fault.
  stream.on('error', (fault: NodeJS.ErrnoException) => {
    if (fault.code !== 'EPIPE') throw fault
  })
  return {
    write: (text) => void stream.write(text),
    drained: () => drained(stream),
    isTTY: stream.isTTY,
    columns: stream.columns || 80,
  }
}

/** A reader that goes away has caught up, too. */
async function drained(stream: NodeJS.WriteStream): Promise<void> {
  if (!stream.writableNeedDrain || stream.destroyed) return
  const events = ['drain', 'close', 'error']
  await new Promise<void>((resolve) => {
    function done(): void {
      for (const event of events) stream.off(event, done)
      resolve()
    }
    for (const event of events) stream.on(event, done)
  })
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
}

/** Where Node would not end: its exit waits for writes that are under way. */
function perish(): void {
  process.removeAllListeners('SIGTERM')
  process.kill(process.pid, 'SIGTERM')
}

function onSignals(signals: readonly NodeJS.Signals[], listener: () => void): void {
  for (const signal of signals) process.on(signal, () => listener())
}

declare global {
  namespace NodeJS {
    interface Process {
      /** Node has it; its type declarations have not. */
      initgroups?(user: string, extraGroup: number): void
    }
  }
}

const CREDENTIALS: Credentials = {
  uid: () => process.geteuid?.() ?? 0,
  gid: () => process.getegid?.() ?? 0,
  become({ uid, gid, user }) {
    if (user === undefined) process.setgroups?.([gid])
    else process.initgroups?.(user.name, gid)
    process.setgid?.(gid)
    process.setuid?.(uid)
  },
}
