import { composeApplication } from './compose.ts'
import type { Settings } from './config/options.ts'
import { listen, stopListening } from './http/listen.ts'
import type { Clock } from './kernel/clock.ts'
import { createLogger, logLevel, type StreamLogger } from './log/logger.ts'
import type { LogStream } from './log/sink.ts'

/** What the standalone server has of its process. */
export type Surroundings = {
  readonly version: string
  readonly clock: Clock
  readonly pid: number
  readonly environment: NodeJS.ProcessEnv
  /** Standard error: the log goes there. */
  readonly logStream: LogStream
  /** Standard output: the lines that ZTPServer prints when it starts. */
  print(line: string): void
  /** Resolves when SIGTERM or SIGINT arrives. */
  interrupted(): Promise<void>
}

/** A server that listens. */
export type Standalone = {
  /** The URL it listens at. */
  readonly url: string
  /** Lets the requests in flight end. */
  stop(): Promise<void>
}

/**
 * Serves until the process is told to end.
 *
 * @param debug what `--debug` says
 * @returns the exit status
 * @throws ZtpError ZTP_BAD_DATA_ROOT, ZTP_CANNOT_LISTEN, ZTP_BAD_CONFIGURATION
 */
export async function serveStandalone(
  settings: Settings,
  debug: boolean,
  around: Surroundings,
): Promise<number> {
  around.print(`Starting ZTPServer v${around.version}...`)
  const logger = loggerOf(settings, debug, around)
  logger.info('Logging started for ztpserver')
  logger.info(`Using repository ${settings.dataRoot}`)
  const interrupted = around.interrupted()
  const server = await startStandalone(settings, logger, around)
  around.print(`Starting server on ${server.url}`)
  await interrupted
  logger.info('stopping: requests in flight are finished first')
  await server.stop()
  await logger.flush()
  return 0
}

function loggerOf(settings: Settings, debug: boolean, around: Surroundings): StreamLogger {
  return createLogger({
    format: settings.consoleLoggingFormat,
    level: logLevel(settings, debug),
    stream: around.logStream,
    clock: around.clock,
    pid: around.pid,
  })
}

/** Puts the application together and binds it. @throws as serveStandalone does */
async function startStandalone(
  settings: Settings,
  logger: StreamLogger,
  { clock, environment }: Pick<Surroundings, 'clock' | 'environment'>,
): Promise<Standalone> {
  const application = await composeApplication(settings, { logger, clock, environment })
  const address = { host: settings.serverInterface, port: settings.serverPort }
  const url = await listen(application.http, address)
  return {
    url,
    async stop() {
      await stopListening(application.http)
      await application.close()
    },
  }
}
