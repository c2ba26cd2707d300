import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { PoolAnswer, PoolCommand } from './pool-command.ts'

const SCRIPT = fileURLToPath(new URL('./pool-process.mjs', import.meta.url))

/** A server process: it outlives the stores it serves, but not a kill. */
export type PoolProcess = {
  /** @returns undefined when the process died before it answered */
  ask(place: object, now: number, command: PoolCommand): Promise<PoolAnswer | undefined>
  /** Ends what it has open there. */
  close(place: object): Promise<void>
  /** Holds it still, in the middle of whatever it does. */
  stop(): void
  goOn(): void
  /** SIGKILL; when it is over nothing more comes from it. */
  kill(): Promise<void>
}

/** Starts a process; it need not be ready to be asked. */
export function startPoolProcess(): PoolProcess {
  const child = spawn(process.execPath, [SCRIPT], { stdio: ['pipe', 'pipe', 'pipe'] })
  const waiting = new Map<number, (answer: PoolAnswer | undefined) => void>()
  let lastId = 0
  listen(child, waiting)
  const ended = once(child, 'close')

  function send(request: object): Promise<PoolAnswer | undefined> {
    lastId += 1
    const id = lastId
    if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(undefined)
    child.stdin.write(`${JSON.stringify({ id, ...request })}\n`)
    return new Promise((resolve) => waiting.set(id, resolve))
  }

  return {
    ask: (place, now, command) => send({ place, now, ...command }),
    close: async (place) => void (await send({ place, do: 'close' })),
    stop: () => void child.kill('SIGSTOP'),
    goOn: () => void child.kill('SIGCONT'),
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

function listen(
  child: ChildProcessWithoutNullStreams,
  waiting: Map<number, (answer: PoolAnswer | undefined) => void>,
): void {
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, answer }: { id: number; answer: PoolAnswer } = JSON.parse(line)
    waiting.get(id)?.(answer)
    waiting.delete(id)
  })
  child.stderr.pipe(process.stderr)
  // A pipe to a killed process breaks; its end is reported by `close`.
  child.stdin.on('error', () => undefined)
  child.on('close', () => {
    for (const resolve of waiting.values()) resolve(undefined)
    waiting.clear()
  })
}
