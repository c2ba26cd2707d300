import { type ChildProcess, spawn } from 'node:child_process'
import { reasonOf } from '../../kernel/errors.ts'

export type Run = {
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly timeoutMs: number
  /** When it aborts, the time is over. */
  readonly signal?: AbortSignal
}

export type Ended = {
  /** The exit status, or in words what happened instead. */
  readonly status: number | string
  /** The beginning of stdout and stderr, as they came. */
  readonly output: string
}

const MOST_OUTPUT = 64 * 1024

/**
 * Runs a program to its end, or to its time limit: then it and all it started are killed.
 *
 * Its own process group: a signal to the server's group (Ctrl-C) does not cut it short.
 */
export function runProgram(run: Run): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(run.program, run.args, {
      cwd: run.cwd,
      env: run.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const output = collectOutput(child)
    let late: string | undefined
    const stop = (words: string) => {
      late = words
      killGroup(child)
    }
    const interrupt = () => stop('stopped with the server')
    const end = (status: number | string) => {
      clearTimeout(timer)
      run.signal?.removeEventListener('abort', interrupt)
      resolve({ status, output: output() })
    }
    const timer = setTimeout(() => stop(`stopped after ${run.timeoutMs / 1000} s`), run.timeoutMs)
    run.signal?.addEventListener('abort', interrupt)
    child.on('error', (fault) => end(`could not be started: ${reasonOf(fault)}`))
    child.on('exit', () => {
      // What it left running in the background would hold the pipes open for ever.
      if (late === undefined) setTimeout(() => closePipes(child), GRACE_MS).unref()
      else closePipes(child)
    })
    child.on('close', (status, signal) => {
      end(late ?? status ?? `ended by ${signal}`)
    })
  })
}

/** How long after a program's end its children may still say something. */
const GRACE_MS = 1000

function closePipes(child: ChildProcess): void {
  child.stdout?.destroy()
  child.stderr?.destroy()
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The group ended by itself meanwhile.
  }
}

function collectOutput(child: ChildProcess): () => string {
  const chunks: Buffer[] = []
  let held = 0
  let lost = 0
  const take = (chunk: Buffer) => {
    const kept = chunk.subarray(0, MOST_OUTPUT - held)
    if (kept.length > 0) chunks.push(kept)
    held += kept.length
    lost += chunk.length - kept.length
  }
  child.stdout?.on('data', take)
  child.stderr?.on('data', take)
  return () => {
    const text = Buffer.concat(chunks).toString('utf8')
    return lost === 0 ? text : `${text}\n(${lost} more bytes)`
  }
}
