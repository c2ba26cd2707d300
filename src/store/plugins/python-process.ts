import type { ChildProcess } from 'node:child_process'
import { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { reasonOf } from '../../kernel/errors.ts'
import { killGroup, spawnGroup } from '../programs/process-group.ts'

/** What runs plugins on Python's side. */
const RUNNER = fileURLToPath(new URL('../../../plugin-runner', import.meta.url))

/** The connection to it is this descriptor of its. */
const CHANNEL = 3

/** A value of 1 MiB and what stands around it, with room for what it logs. */
const LONGEST_MESSAGE = 2 * 1024 * 1024

/** How long after its end what it wrote may take to arrive. */
const GRACE_MS = 100

export type PythonProcessOptions = {
  /** `[plugins] python`. */
  readonly python: string
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** Takes a line that the runner sent. */
  readonly message: (line: string) => void
  /** Takes what plugins write to stdout and stderr. */
  readonly output: (chunk: Buffer, from: 'stdout' | 'stderr') => void
  /** Is told once, in words, that and why the process is of no use any more. */
  readonly ended: (why: string) => void
}

export type PythonProcess = {
  send(line: string): void
  /** Kills it and all that its plugins started. Resolves when it is gone. */
  kill(): Promise<void>
}

/** Starts a Python that runs plugins, and waits for calls. */
export function startPython(options: PythonProcessOptions): PythonProcess {
  const { python, cwd, env, output } = options
  // -B: nothing is written beside the operator's files. -u: what a plugin printed before it
  // crashed is not lost.
  const child = spawnGroup(python, ['-B', '-u', RUNNER], {
    cwd,
    env: { ...env, PYTHONIOENCODING: 'utf-8:backslashreplace' },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  let over = false

  /** Whatever is wrong with it, it is not used again. */
  function end(why: string): void {
    if (over) return
    over = true
    killGroup(child)
    options.ended(why)
  }

  child.on('error', (fault) => end(cannotStart(python, fault)))
  child.once('exit', (status, signal) => {
    // First what it wrote is read; what it left running would hold the pipes open for ever.
    const told = () => end(endOf(status, signal))
    child.once('close', told)
    setTimeout(told, GRACE_MS).unref()
  })
  child.stdout?.on('data', (chunk: Buffer) => output(chunk, 'stdout'))
  child.stderr?.on('data', (chunk: Buffer) => output(chunk, 'stderr'))
  const channel = channelOf(child)
  channel?.on(
    'data',
    linesOf(options.message, () => end('what it sent has no end')),
  )
  channel?.on('error', () => {})
  return {
    send: (line) => void channel?.write(`${line}\n`),
    async kill() {
      over = true
      killGroup(child)
      for (const stream of [child.stdout, child.stderr, channel]) stream?.destroy()
      await gone
    },
  }
}

function channelOf(child: ChildProcess): Duplex | undefined {
  const channel = child.stdio[CHANNEL]
  return channel instanceof Duplex ? channel : undefined
}

/** Cuts what comes into lines. @param tooLong called when one has no end */
function linesOf(take: (line: string) => void, tooLong: () => void): (chunk: Buffer) => void {
  let rest: Buffer[] = []
  let size = 0
  return (chunk) => {
    let start = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      take(Buffer.concat([...rest, chunk.subarray(start, end)]).toString('utf8'))
      rest = []
      size = 0
      start = end + 1
    }
    rest.push(chunk.subarray(start))
    size += chunk.length - start
    if (size > LONGEST_MESSAGE) tooLong()
  }
}

function endOf(status: number | null, signal: NodeJS.Signals | null): string {
  return `its Python ended by ${signal ?? `exit status ${status}`} while it ran`
}

function cannotStart(python: string, fault: unknown): string {
  const reason = reasonOf(fault).includes('ENOENT') ? 'there is no such program' : reasonOf(fault)
  return `${python} cannot be started: ${reason}; [plugins] python names the Python that runs plugins`
}
