import type { Io } from './io.ts'

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
