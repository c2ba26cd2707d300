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
  /** Whether the log has every request, as with `--debug`. */
  readonly debug?: boolean
  /**
   * Whether `unix` is among the `trusted_proxies`, whatever the file says: for a socket that only the
   * front server reaches.
   */
  readonly trustUnix?: boolean
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
  const { log = process.stderr, debug = false } = options
  const { settings, diagnostics } = await settingsFor(options)
  const clock = { now: () => Date.now() }
  const logger = createLogger({
    format: settings.consoleLoggingFormat,
    // `[log] file` is the standalone server's: whoever embeds us says where the log goes.
    level: logLevel({ ...settings, logFile: '' }, debug),
    stream: log,
    clock,
    pid: process.pid,
  })
  const outside = { logger, clock, environment: process.env }
  const application = await composeApplication(settings, outside)
  logger.info('Logging started for ztpserver')
  logger.info(`Using repository ${settings.dataRoot}`)
  for (const each of diagnostics) logger.warn(formatDiagnostic(each))
  warnOfSendfile(settings, logger)
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

async function settingsFor({ configuration, trustUnix = false }: AppOptions) {
  const flags = configuration === undefined ? {} : { conf: configuration }
  const { settings, diagnostics } = await loadSettings(flags, process.env)
  if (settings === undefined) {
    throw new ZtpError('ZTP_BAD_CONFIGURATION', diagnostics.map(formatDiagnostic).join('\n'))
  }
  const { networks, unix } = settings.trustedProxies
  return {
    settings: { ...settings, trustedProxies: { networks, unix: unix || trustUnix } },
    diagnostics,
  }
}
