import { reasonOf } from '../kernel/errors.ts'
import type { Io } from './io.ts'

export type DemoArguments = {
  /** Leave the directory, and the server running until the command is interrupted. */
  readonly keep: boolean
}

/** What the demonstration came to. */
export type DemoResult = {
  readonly lines: readonly string[]
  /** Whether everything went as it should. */
  readonly sound: boolean
}

/** A server that runs. */
export type RunningDemo = {
  readonly url: string
  /** Boots the virtual switches against it, showing them on io's standard output. */
  rehearse(io: Io): Promise<DemoResult>
  /** Finishes what is in flight, handlers included: the directory may go afterwards. */
  close(): Promise<void>
}

/** The outside of the demo. */
export type DemoDeps = {
  /** @returns the path of a new, empty directory for temporary things */
  makeDirectory(): Promise<string>
  removeDirectory(path: string): Promise<void>
  /** Puts the example data directory there, with actions and the bootstrap script. */
  scaffold(path: string): Promise<void>
  /** Starts a server of that directory on a free port of 127.0.0.1. */
  start(path: string): Promise<RunningDemo>
  /** Resolves when the person has had enough: SIGINT or SIGTERM. */
  interrupted(): Promise<void>
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
