import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../src/http/free-port.ts'

const ZTPS = fileURLToPath(new URL('../../bin/ztps', import.meta.url))

export type ServerOptions = {
  readonly dataRoot: string
  /** More lines of the configuration file, by section. */
  readonly settings?: Readonly<Record<string, Readonly<Record<string, string | number>>>>
  readonly environment?: Readonly<Record<string, string>>
  readonly arguments?: readonly string[]
  /** User and group to run as; needs root. */
  readonly user?: number
  /** Another copy of `bin/ztps` than ours. */
  readonly executable?: string
  /** What server_url ends with, after the port. */
  readonly serverPath?: string
  /** A program, and its arguments, that becomes `ztps` when it has done what it has to do before. */
  readonly through?: readonly string[]
  /** A free one unless the caller has to know it before. */
  readonly port?: number
}

/** A real `ztps` process, listening. */
export type TestServer = {
  readonly port: number
  /** `http://127.0.0.1:PORT`, without a path. */
  readonly url: string
  readonly pid: number
  /** All it wrote to standard error and standard output so far. */
  log(): string
  /** Waits until the log has it: lines leave the server a moment after the answer. */
  logs(expected: string | RegExp): Promise<void>
  /** Sends SIGTERM and waits. @returns the exit status */
  stop(): Promise<number | null>
  /** Sends SIGKILL and waits. */
  kill(): Promise<void>
}

/** Starts `ztps` on a free port of the loopback and waits until it listens. */
export async function startServer(options: ServerOptions): Promise<TestServer> {
  const port = options.port ?? (await freePort())
  const child = await launch(options, port)
  let log = ''
  const keep = (chunk: Buffer) => {
    log += chunk.toString('utf8')
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  const ended = once(child, 'exit')
  try {
    await Promise.race([
      listening(child, () => log),
      ended.then(([status]) => {
        throw new Error(`ztps ended with status ${String(status)} before it listened:\n${log}`)
      }),
    ])
  } catch (thrown) {
    child.kill('SIGKILL')
    throw thrown
  }
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    await ended
    return child.exitCode
  }
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    log: () => log,
    logs: (expected) => seen(() => log, expected),
    stop: () => end('SIGTERM'),
    kill: async () => {
      await end('SIGKILL')
    },
  }
}

/** A machine that others use too may be slow for seconds: only a wait in vain lasts this long. */
const PATIENCE_MS = 30_000

async function seen(log: () => string, expected: string | RegExp): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  const found = () => log().match(expected instanceof RegExp ? expected : escaped(expected))
  while (!found()) {
    if (Date.now() > deadline) throw new Error(`the log lacks ${expected}:\n${log()}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

function escaped(text: string): RegExp {
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
}

async function launch(options: ServerOptions, port: number): Promise<ChildProcess> {
  const file = `${options.dataRoot}/../ztpserver-${port}.conf`
  await writeFile(file, configuration(options, port))
  const ztps = options.executable ?? ZTPS
  const [program = ztps, ...before] = [...(options.through ?? []), ztps]
  return spawn(program, [...before, '--conf', file, ...(options.arguments ?? [])], {
    env: { ...cleanEnvironment(), ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.user === undefined ? {} : { uid: options.user, gid: options.user }),
  })
}

/** The environment without settings of the machine's own. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('ZTPS_')),
  )
}

function configuration(
  { dataRoot, settings, serverPath = '' }: ServerOptions,
  port: number,
): string {
  const sections: Record<string, Record<string, string | number>> = {
    default: { data_root: dataRoot, server_url: `http://127.0.0.1:${port}${serverPath}` },
    server: { interface: '127.0.0.1', port },
  }
  for (const [section, values] of Object.entries(settings ?? {})) {
    sections[section] = { ...sections[section], ...values }
  }
  return iniText(sections)
}

/** A configuration file of these sections. */
export function iniText(sections: NonNullable<ServerOptions['settings']>): string {
  return Object.entries(sections)
    .map(([section, values]) =>
      [
        `[${section}]`,
        ...Object.entries(values).map(([key, value]) => `${key} = ${value}`),
        '',
      ].join('\n'),
    )
    .join('\n')
}

async function listening(child: ChildProcess, log: () => string): Promise<void> {
  const deadline = Date.now() + 2 * PATIENCE_MS
  while (!log().includes('Starting server on ')) {
    if (Date.now() > deadline) throw new Error(`ztps does not listen:\n${log()}`)
    if (child.exitCode !== null) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

export type Finished = {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

type RunOptions = {
  readonly uid?: number
  readonly gid?: number
  readonly cwd?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly input?: string
}

/** Runs `ztps` to its end. */
export async function runZtps(
  args: readonly string[],
  { environment, input, ...options }: RunOptions = {},
): Promise<Finished> {
  const child = spawn(ZTPS, [...args], {
    ...options,
    env: { ...cleanEnvironment(), ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => {
    output.stdout += chunk.toString('utf8')
  })
  child.stderr.on('data', (chunk: Buffer) => {
    output.stderr += chunk.toString('utf8')
  })
  child.stdin.end(input ?? '')
  const [status, signal] = await once(child, 'close')
  if (signal !== null) {
    throw new Error(`ztps ${args.join(' ')} was ended by ${signal}:\n${output.stderr}`)
  }
  return { status: Number(status), ...output }
}
