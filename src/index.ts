import type { IncomingMessage, ServerResponse } from 'node:http'
import { loadSettings } from './cli-deps.ts'
import { composeApplication } from './compose.ts'
import { formatDiagnostic } from './kernel/diagnostic.ts'
import { ZtpError } from './kernel/errors.ts'
import { createLogger, logLevel } from './log/logger.ts'
import { warnOfSendfile } from './warn-of-settings.ts'

export type AppOptions = {
  /** The configuration file; the environment variable ZTPS_CONFIG beats it. */
  readonly configuration?: string
  /** Where the log goes: standard error unless said otherwise. */
  readonly log?: NodeJS.WritableStream
}

/** The server as a request handler for any Node HTTP server. */
export type App = {
  (request: IncomingMessage, response: ServerResponse): void
  /** Waits for what is under way and ends the threads; the HTTP server is the caller's to close. */
  close(): Promise<void>
}

/**
 * The application without a socket: for Phusion Passenger, for embedding, for tests.
 *
 * Of `[server]` only what says whom to believe and who sends files (`trusted_proxies`,
 * `forwarded_header`, `sendfile`) is looked at: the caller listens.
 *
 * @throws ZtpError ZTP_BAD_CONFIGURATION, ZTP_BAD_DATA_ROOT
 */
export async function createApp(options: AppOptions = {}): Promise<App> {
  const { configuration, log = process.stderr } = options
  const flags = configuration === undefined ? {} : { conf: configuration }
  const { settings, diagnostics } = await loadSettings(flags, process.env)
  if (settings === undefined) {
    throw new ZtpError('ZTP_BAD_CONFIGURATION', diagnostics.map(formatDiagnostic).join('\n'))
  }
  const clock = { now: () => Date.now() }
  const logger = createLogger({
    format: settings.consoleLoggingFormat,
    // `[log] file` is the standalone server's: whoever embeds us says where the log goes.
    level: logLevel({ ...settings, logFile: '' }, false),
    stream: log,
    clock,
    pid: process.pid,
  })
  warnOfSendfile(settings, logger)
  const outside = { logger, clock, environment: process.env }
  const application = await composeApplication(settings, outside)
  await application.http.ready()
  const handle = (request: IncomingMessage, response: ServerResponse) =>
    application.http.routing(request, response)
  return Object.assign(handle, {
    async close() {
      await application.http.close()
      await application.close()
      await logger.flush()
    },
  })
}
