import type { ChildProcess } from 'node:child_process'
import { reasonOf } from '../../kernel/errors.ts'
import { killGroup, spawnGroup } from './process-group.ts'

export type Run = {
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly timeoutMs: number
  /** When it aborts, the time is over. */
  readonly signal?: AbortSignal
  /** What it reads from stdin; nothing by default. */
  readonly input?: string
  /** Takes what it writes, as it comes. */
  readonly take: (chunk: Buffer, from: 'stdout' | 'stderr') => void
}

/**
 * Runs a program to its end, or to its time limit: then it and all it started are killed.
 *
 * @returns the exit status, or in words what happened instead
 */
export function runProgram(run: Run): Promise<number | string> {
  return new Promise((resolve) => {
    const child = spawnGroup(run.program, run.args, {
      cwd: run.cwd,
      env: run.env,
      stdio: [run.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    })
    child.stdout?.on('data', (chunk: Buffer) => run.take(chunk, 'stdout'))
    child.stderr?.on('data', (chunk: Buffer) => run.take(chunk, 'stderr'))
    feed(child, run.input)
    let late: string | undefined
    const stop = (words: string) => {
      late = words
      killGroup(child)
    }
    const interrupt = () => stop('stopped with the server')
    const end = (status: number | string) => {
      clearTimeout(timer)
      run.signal?.removeEventListener('abort', interrupt)
      resolve(status)
    }
    const timer = setTimeout(() => stop(`stopped after ${run.timeoutMs / 1000} s`), run.timeoutMs)
    run.signal?.addEventListener('abort', interrupt)
    child.on('error', (fault) => end(`could not be started: ${reasonOf(fault)}`))
    child.on('exit', () => {
      clearTimeout(timer)
      // What it left running in the background would hold the pipes open for ever. What it said may
      // have arrived while this thread was busy: let it be read first.
      if (late === undefined) setTimeout(() => setImmediate(closePipes, child), GRACE_MS).unref()
      else closePipes(child)
    })
    child.on('close', (status, signal) => {
      end(late ?? status ?? `ended by ${signal}`)
    })
  })
}

/** How long after a program's end its children may still say something. */
const GRACE_MS = 1000

function feed({ stdin }: ChildProcess, input: string | undefined): void {
  // A program that does not read to the end is no fault.
  stdin?.on('error', () => {})
  stdin?.end(input)
}

function closePipes(child: ChildProcess): void {
  child.stdin?.destroy()
  child.stdout?.destroy()
  child.stderr?.destroy()
}
