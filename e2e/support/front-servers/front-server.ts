import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** The folder of the configurations that we ship. */
export const DEPLOY = fileURLToPath(new URL('../../../deploy', import.meta.url))

/** As whom the front servers of Debian serve; root gives up its rights for it. */
export const WEB_USER = 'www-data'

/** A web server that stands before ours. */
export type FrontServer = {
  /** `http://127.0.0.1:PORT`, without a path. */
  readonly url: string
  readonly pid: number
  /** All it wrote to standard error and standard output so far. */
  log(): string
  signal(signal: NodeJS.Signals): void
  /** Asks it to end, and waits. */
  stop(): Promise<void>
}

export type FrontProgram = {
  readonly program: string
  /** Such that it stays in the foreground and logs to standard error. */
  readonly words: readonly string[]
  readonly port: number
  readonly environment?: NodeJS.ProcessEnv
}

/** Starts a front server and waits until it takes connections. */
export async function startFront(front: FrontProgram): Promise<FrontServer> {
  const { program, words, port, environment } = front
  const child = spawn(program, [...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      log += chunk
    })
  }
  const ended = once(child, 'exit')
  await reachable(child, port, () => `${program}: ${log}`)
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    log: () => log,
    signal: (signal) => void child.kill(signal),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await ended
    },
  }
}

async function reachable(child: ChildProcess, port: number, log: () => string): Promise<void> {
  const deadline = Date.now() + 60_000
  while (!(await accepts(port))) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${log()}`)
    if (Date.now() > deadline) throw new Error(`nobody listens at port ${port}: ${log()}`)
    await wait(20)
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

/** A folder for a front server's own files, which its user may enter. */
export async function frontFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'ztps-front-'))
  await chmod(path, 0o755)
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/**
 * A configuration that we ship, as it has to be on this machine.
 *
 * @param here what it says → what it has to say; each must occur, or the test would try another
 * configuration than it says
 */
export function adapted(shipped: string, here: Readonly<Record<string, string>>): string {
  let text = shipped
  for (const [from, to] of Object.entries(here)) {
    if (!text.includes(from)) throw new Error(`the configuration does not say ${from}:\n${text}`)
    text = text.replaceAll(from, to)
  }
  return text
}
