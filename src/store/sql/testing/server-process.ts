import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, chownSync, mkdtempSync, readFileSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** Database servers refuse to run as root. */
const NOBODY = 65534
const AS = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}

/** A new folder in which a server, whoever it runs as, may do as it likes. */
export function serverFolder(name: string): string {
  const parent = [tmpdir(), '/tmp', '/var/tmp'].find(isOpen) ?? tmpdir()
  const folder = mkdtempSync(join(parent, `ztps-${name}-`))
  if (AS.uid !== undefined) chownSync(folder, AS.uid, AS.gid)
  return folder
}

function isOpen(folder: string): boolean {
  const open = (statSync(folder).mode & 0o001) !== 0
  return open && (folder === dirname(folder) || isOpen(dirname(folder)))
}

/** @returns the program's path: from one of the folders, or else from the user's */
export function findProgram(name: string, folders: readonly string[]): string {
  const path = [...folders, ...(process.env.PATH ?? '').split(':'), '/usr/sbin']
  const found = path.map((folder) => join(folder, name)).find(exists)
  if (found === undefined) throw new Error(`${name} is not installed: npm test installs it`)
  return found
}

function exists(path: string): boolean {
  try {
    accessSync(path)
    return true
  } catch {
    return false
  }
}

/** Runs a program of the server's to its end, in its folder and as its user. */
export function prepare(folder: string, program: string, args: readonly string[]): void {
  execFileSync(program, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], ...AS })
}

/** A server that a test may stop, kill, hold and start again. */
export type ServerProcess = {
  /** @throws Error with the server's own words when it does not get ready */
  start(): Promise<void>
  /** An orderly end: connections are closed, everything is flushed. */
  stop(): Promise<void>
  /** What a power cut leaves: no process of the server's gets to do anything more. */
  kill(): Promise<void>
  /** Holds all its processes: connections stay open and are not answered. */
  pause(): void
  resume(): void
  /** Ends it and removes its folder. */
  remove(): Promise<void>
}

export type Launch = {
  readonly folder: string
  readonly program: string
  readonly args: readonly string[]
  /** Asks for an orderly end that does not wait for clients. */
  readonly stopSignal: NodeJS.Signals
  /** Throws as long as the server does not answer. */
  ready(): void
}

/** A server as a child of this process; ends with it. */
export function serverProcess(launch: Launch): ServerProcess {
  let running: { readonly child: ChildProcess; readonly ended: Promise<unknown> } | undefined

  async function start(): Promise<void> {
    const child = spawn(launch.program, launch.args, {
      cwd: launch.folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      ...AS,
    })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-4_000)
    })
    const end = () => child.kill('SIGKILL')
    process.once('exit', end)
    running = { child, ended: once(child, 'exit').then(() => process.off('exit', end)) }
    await untilReady(launch, child, () => said)
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (running === undefined) return
    const { child, ended } = running
    running = undefined
    if (hasEnded(child)) return
    // A killed server's helpers would go on for a while.
    const pids = signal === 'SIGKILL' ? signalAll(child, signal) : []
    child.kill(signal)
    await ended
    while (pids.some(isAlive)) await wait(10)
  }

  return {
    start,
    stop: () => end(launch.stopSignal),
    kill: () => end('SIGKILL'),
    pause: () => running && signalAll(running.child, 'SIGSTOP'),
    resume: () => running && signalAll(running.child, 'SIGCONT'),
    async remove() {
      await end('SIGKILL')
      await rm(launch.folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function untilReady(launch: Launch, child: ChildProcess, said: () => string): Promise<void> {
  const deadline = Date.now() + 60_000
  for (;;) {
    await wait(50)
    try {
      if (!hasEnded(child)) return launch.ready()
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`${launch.program}: ${said()}`, { cause: error })
    }
    if (hasEnded(child)) throw new Error(`${launch.program} ended: ${said()}`)
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

/**
 * Signals a process and its children; the parent first, so that it starts no others.
 *
 * @returns the children's process ids
 */
function signalAll({ pid }: ChildProcess, signal: NodeJS.Signals): readonly number[] {
  if (pid === undefined) return []
  process.kill(pid, signal === 'SIGKILL' ? 'SIGSTOP' : signal)
  const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ')
  const children = listed.map(Number).filter((child) => child > 0)
  for (const each of children) {
    try {
      process.kill(each, signal)
    } catch {
      // It ended by itself.
    }
  }
  return children
}

/** Whether a process still has what it had; one that nobody has asked after yet has not. */
function isAlive(pid: number): boolean {
  try {
    const [, state] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')
    return state?.startsWith('Z') === false
  } catch {
    return false
  }
}
