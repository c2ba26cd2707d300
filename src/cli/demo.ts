import { reasonOf } from '../kernel/errors.ts'
import type { CliCommand } from './command.ts'
import type { DemoDeps, RunningDemo } from './demo-ports.ts'
import type { Io } from './io.ts'

type DemoArguments = {
  /** Leave the directory, and the server running until the command is interrupted. */
  readonly keep: boolean
}

/**
 * `ztps demo`: a whole fabric provisioned in a temporary directory.
 *
 * @returns 0 when everything went as it should, else 1
 */
export async function demo(args: DemoArguments, io: Io, deps: DemoDeps): Promise<number> {
  const directory = await deps.makeDirectory()
  try {
    await deps.scaffold(directory)
    const running = await deps.start(directory)
    try {
      return await rehearse(args, io, deps, { directory, running })
    } finally {
      await running.close()
    }
  } catch (thrown) {
    io.stderr.write(`ztps demo: ${reasonOf(thrown)}\n`)
    return 1
  } finally {
    if (!args.keep) await deps.removeDirectory(directory)
  }
}

type Started = { readonly directory: string; readonly running: RunningDemo }

async function rehearse(
  { keep }: DemoArguments,
  io: Io,
  deps: DemoDeps,
  { directory, running }: Started,
): Promise<number> {
  const say = (line: string): void => io.stdout.write(`${line}\n`)
  say(`Server at ${running.url}, data directory ${directory}`)
  say('')
  const { lines, sound } = await running.rehearse(io)
  for (const line of lines) say(line)
  say(sound ? 'The demo went as it should.' : 'The demo did NOT go as it should.')
  if (keep) {
    say(`The server goes on at ${running.url}; ${directory} stays. Ctrl-C ends it.`)
    await deps.interrupted()
  }
  return sound ? 0 : 1
}

export const demoCommand: CliCommand = {
  name: 'demo',
  summary: 'see it work: a server and a small simulated fabric',
  about: [
    'Makes a data directory in a temporary place, starts a server on a free port of this machine, and lets a few virtual switches provision themselves from it. Nothing else is touched.',
  ],
  arguments: [],
  options: [{ flags: '--keep', help: 'leave the directory, and the server running until Ctrl-C' }],
  examples: [{ line: 'ztps demo --keep', does: 'have a look around afterwards' }],
  run: async ({ options, io, deps }) => demo({ keep: options.has('keep') }, io, await deps.demo()),
}
