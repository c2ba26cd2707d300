import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../src/http/free-port.ts'

const EXECUTABLE = fileURLToPath(new URL('../../../bin/ztps', import.meta.url))

/** Processor time in microseconds: of all threads, and of the event loops alone. */
export type Cpu = { readonly all: number; readonly loop: number }

/** A server under test: a real process of its own. */
export type Server = {
  readonly origin: string
  /** From the start of the process to the line that says it listens, in milliseconds. */
  readonly startMs: number
  /** Resident memory in MiB: now, and the most since the start. */
  memory(): { readonly now: number; readonly peak: number }
  /** Processor time used since the start, by the process and by those that it started. */
  cpu(): Cpu
  stop(): Promise<void>
}

/**
 * Starts `ztps` on a data directory. It logs as it does out of the box, to a file.
 *
 * @param folder where the configuration and the log go, and `data` is
 * @param sections of the configuration file, beside those that every server needs
 * @param socket a unix socket to listen at, beside the port
 */
async function startServer(folder: string, sections: string, socket = ''): Promise<Server> {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const configuration = join(folder, 'ztpserver.conf')
  writeFileSync(
    configuration,
    `[default]\ndata_root = ${join(folder, 'data')}\nserver_url = ${origin}\n` +
      `[server]\ninterface = 127.0.0.1${socket && `, unix:${socket}`}\nport = ${port}\n${sections}`,
  )
  const log = join(folder, 'log')
  const started = performance.now()
  const child = spawn(EXECUTABLE, ['--conf', configuration], {
    stdio: ['ignore', 'pipe', openSync(log, 'a')],
  })
  await listening(child, log)
  const startMs = performance.now() - started
  return {
    origin,
    startMs,
    memory: () => memoryOf(child.pid ?? 0),
    cpu: () => cpuOf(child.pid ?? 0),
    stop: () => end(child),
  }
}

/** Starts a server, uses it, and ends it whatever happens. */
export async function withServer<T>(
  folder: string,
  use: (server: Server) => Promise<T>,
  sections = '',
  socket = '',
): Promise<T> {
  const server = await startServer(folder, sections, socket)
  try {
    return await use(server)
  } finally {
    await server.stop()
  }
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}

/** What Linux says of a process; MiB. */
function memoryOf(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1')
  const of = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024
  return { now: of('VmRSS'), peak: of('VmHWM') }
}

/** Linux counts in hundredths of a second, whatever the processor. */
const TICK_US = 10_000

function cpuOf(pid: number): Cpu {
  const ticks = (file: string): number => {
    // The second field is the program's name in brackets, and may hold anything.
    const [, ...fields] = readFileSync(file, 'latin1').split(') ').at(-1)?.split(' ') ?? []
    return (Number(fields[10]) + Number(fields[11])) * TICK_US
  }
  const own = { all: ticks(`/proc/${pid}/stat`), loop: ticks(`/proc/${pid}/task/${pid}/stat`) }
  return childrenOf(pid)
    .map(cpuOf)
    .reduce((sum, each) => ({ all: sum.all + each.all, loop: sum.loop + each.loop }), own)
}

function childrenOf(pid: number): readonly number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1')
  return list.split(' ').filter(Boolean).map(Number)
}

function listening(child: ChildProcess, log: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let printed = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      if (printed.includes('Starting server on')) resolve()
    })
    child.once('error', reject)
    child.once('exit', (code) => {
      reject(new Error(`ztps ended with ${code}: ${printed}${readFileSync(log, 'utf8')}`))
    })
  })
}
