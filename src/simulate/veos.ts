import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { reasonOf } from '../kernel/errors.ts'
import { isMap, type Value } from '../kernel/value.ts'
import { readJson } from './read-json.ts'
import type { VirtualSwitch } from './virtual-switch.ts'

/** How a virtual EOS ended. */
export type Booted = {
  /** What flash holds after the reboot; undefined when the switch would start ZTP again. */
  readonly startupConfig: string | undefined
  /** The last that was said, by the script or in the way of it. */
  readonly lastLine: string
}

/** The virtual EOS of client/tests: a switch's world, in which the real script runs. */
export type Veos = {
  /** What runs it: `Python 3.11.2`. */
  readonly python: string
  /**
   * Boots a switch once: the script behind `bootUrl`, then the reboot.
   *
   * @param onLine is called with each line that the script prints, as it does
   */
  boot(node: VirtualSwitch, bootUrl: string, onLine: (line: string) => void): Promise<Booted>
}

export type VeosSearch =
  | { readonly kind: 'found'; readonly veos: Veos }
  /** One clause that says what is missing. */
  | { readonly kind: 'none'; readonly reason: string }

/** After as many seconds the script is stopped: ample for a server on loopback. */
const LIMIT_SECONDS = 60

/**
 * Looks for a python3 that can run the virtual EOS.
 *
 * @param program the folder client/tests/veos
 * @param environment its PATH is searched
 */
export async function findVeos(
  program: string,
  environment: NodeJS.ProcessEnv,
): Promise<VeosSearch> {
  try {
    const { lines, status } = await run(['--version'], environment)
    const [python = ''] = lines
    if (status !== 0 || !isRecent(python)) {
      return { kind: 'none', reason: `python3 is ${python || 'of no use'}; 3.6 or later is needed` }
    }
    return { kind: 'found', veos: { python, boot: bootWith(program, environment) } }
  } catch (thrown) {
    return { kind: 'none', reason: `there is no python3 (${reasonOf(thrown)})` }
  }
}

function isRecent(python: string): boolean {
  const [, minor = ''] = /^Python 3\.(\d+)/.exec(python) ?? []
  return Number(minor) >= 6
}

function bootWith(program: string, environment: NodeJS.ProcessEnv): Veos['boot'] {
  return async (node, bootUrl, onLine) => {
    let startupConfig: string | undefined
    let lastLine = ''
    const take = (line: string): void => {
      const value = jsonOf(line)
      const printed = isMap(value) ? value.get('printed') : undefined
      const config = isMap(value) ? value.get('startupConfig') : undefined
      if (typeof config === 'string') startupConfig = config
      if (value === undefined) lastLine = line
      if (typeof printed !== 'string') return
      lastLine = printed
      onLine(printed)
    }
    const args = [program, bootUrl, '--json', '--limit', `${LIMIT_SECONDS}`, ...identity(node)]
    await run(args, environment, take)
    return { startupConfig, lastLine }
  }
}

function identity(node: VirtualSwitch): readonly string[] {
  const neighbors = Object.entries(node.neighbors).flatMap(([port, seen]) =>
    seen.map((each) => `--neighbor=${port}=${each.device}:${each.port}`),
  )
  return [
    `--model=${node.model}`,
    `--version=${node.version}`,
    `--mac=${node.systemmac}`,
    `--serial=${node.serialnumber}`,
    ...neighbors,
  ]
}

/** A line of --json; undefined for any other, such as those of a traceback. */
function jsonOf(line: string): Value | undefined {
  try {
    return readJson(line)
  } catch {
    return undefined
  }
}

type Ended = { readonly lines: readonly string[]; readonly status: number | null }

/** Runs python3 to its end. @throws the system's error when it cannot be started */
async function run(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  onLine: (line: string) => void = () => {},
): Promise<Ended> {
  const child = spawn('python3', args, {
    // Without a .pyc beside each module: the package is not ours to write to.
    env: { ...environment, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  const take = (line: string): void => {
    lines.push(line)
    onLine(line)
  }
  const [[status]] = await Promise.all([once(child, 'close'), ...linesOf(child, take)])
  return { lines, status: typeof status === 'number' ? status : null }
}

function linesOf(child: ChildProcess, take: (line: string) => void): readonly Promise<unknown>[] {
  return [child.stdout, child.stderr].flatMap((stream) => {
    if (stream === null) return []
    const reader = createInterface({ input: stream }).on('line', take)
    return [once(reader, 'close')]
  })
}
