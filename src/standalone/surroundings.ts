import type { Clock } from '../kernel/clock.ts'
import type { LogStream } from '../log/sink.ts'
import type { Credentials } from '../process/privileges.ts'

/** What the standalone server has of its process. */
export type Surroundings = {
  readonly version: string
  readonly clock: Clock
  /** Microseconds of the system's monotonic clock. */
  monotonicUs(): bigint
  readonly pid: number
  readonly environment: NodeJS.ProcessEnv
  /** Standard error: the log goes there. */
  readonly logStream: LogStream
  /** Standard output: the lines that ZTPServer prints when it starts. */
  print(line: string): void
  /** Resolves when SIGTERM or SIGINT arrives. */
  interrupted(): Promise<void>
  /** Calls for each SIGTERM and SIGINT. */
  onStop(listener: () => void): void
  /** Ends the process at once, as SIGTERM ends one that does not care for it. */
  perish(): void
  readonly credentials: Credentials
  /** Calls for each SIGHUP. */
  onHangup(listener: () => void): void
}
