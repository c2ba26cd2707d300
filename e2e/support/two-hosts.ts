import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A host of its own: a network namespace. */
export type Host = {
  /** Its end of the cable. */
  readonly port: string
  /** The words before a command that make it run there. */
  readonly through: readonly string[]
  run(program: string, ...words: readonly string[]): Promise<string>
  start(program: string, ...words: readonly string[]): Running
}

/** A program that runs until it is stopped. */
type Running = {
  /** Waits until it has written that; one that does not is stopped. */
  says(text: string): Promise<void>
  /** All it wrote so far. */
  output(): string
  stop(): Promise<void>
}

/** Two hosts with a cable between them, and nothing else; needs root. */
export async function twoHosts(): Promise<{
  readonly server: Host
  readonly client: Host
  remove(): Promise<void>
}> {
  const names = ['s', 'c'].map((each) => `ztps-${process.pid}-${each}`)
  const [one = '', other = ''] = names
  for (const name of names) await run('ip', ['netns', 'add', name])
  const cable = ['link', 'add', 'lan0', 'netns', one, 'type', 'veth']
  await run('ip', [...cable, 'peer', 'name', 'lan0', 'netns', other])
  for (const name of names) {
    for (const port of ['lo', 'lan0']) await run('ip', ['-n', name, 'link', 'set', port, 'up'])
  }
  return {
    server: hostIn(one),
    client: hostIn(other),
    async remove() {
      for (const name of names) await run('ip', ['netns', 'delete', name])
    },
  }
}

/**
 * A third host, with a cable to the client, whose port is a bridge of both cables from then on, and
 * has to get its address anew.
 */
export async function thirdHost(client: Host): Promise<{
  readonly third: Host
  /** The client. */
  readonly bridged: Host
  remove(): Promise<void>
}> {
  const name = `ztps-${process.pid}-t`
  await run('ip', ['netns', 'add', name])
  const link = (...words: readonly string[]) => client.run('ip', 'link', ...words)
  await link('add', 'bridge0', 'type', 'bridge')
  await link('add', 'lan1', 'type', 'veth', 'peer', 'name', 'lan0', 'netns', name)
  for (const port of [client.port, 'lan1']) await link('set', port, 'master', 'bridge0', 'up')
  await link('set', 'bridge0', 'up')
  for (const port of ['lo', 'lan0']) await run('ip', ['-n', name, 'link', 'set', port, 'up'])
  return {
    third: hostIn(name),
    bridged: { ...client, port: 'bridge0' },
    async remove() {
      await run('ip', ['netns', 'delete', name])
    },
  }
}

/** The host of a namespace that is there already. */
export function hostIn(name: string): Host {
  const through = ['ip', 'netns', 'exec', name]
  const [first = '', ...before] = through
  return {
    port: 'lan0',
    through,
    async run(program, ...words) {
      return (await run(first, [...before, program, ...words])).stdout
    },
    start: (program, ...words) => running(spawn(first, [...before, program, ...words])),
  }
}

function running(child: ChildProcess): Running {
  let output = ''
  const keep = (chunk: Buffer) => {
    output += chunk.toString('utf8')
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  // Only then all that it wrote is here.
  const ended = once(child, 'close')
  async function stop() {
    child.kill('SIGTERM')
    await ended
  }
  return {
    async says(text) {
      const deadline = Date.now() + 30_000
      while (!output.includes(text)) {
        if (child.exitCode !== null || Date.now() > deadline) {
          await stop()
          throw new Error(`it did not say '${text}':\n${output}`)
        }
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
    output: () => output,
    stop,
  }
}
