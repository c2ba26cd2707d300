import { setTimeout as wait } from 'node:timers/promises'
import { type Application, composeApplication } from './compose.ts'
import type { Settings } from './config/options.ts'
import { endpointsOf } from './http/entrance/endpoint.ts'
import { type Entrance, openEntrance } from './http/entrance/entrance.ts'
import { type Gate, openGate } from './http/gate.ts'
import type { Certificate } from './http/tls/certificate.ts'
import type { Clock } from './kernel/clock.ts'
import type { Logger } from './kernel/logger.ts'
import { loadTls, warnOfServerUrl } from './load-tls.ts'
import type { LogStream } from './log/sink.ts'
import { openLog } from './open-log.ts'
import { lookUpGroup } from './process/accounts.ts'
import { createSocketFiles } from './store/socket-file.ts'

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
  /** Calls for each SIGTERM and SIGINT. */
  onStop(listener: () => void): void
  /** Calls for each SIGHUP. */
  onHangup(listener: () => void): void
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
  const stop = stopSignals(around)
  const tls = await loadTls(settings, around.clock)
  const entrance = await enter(settings, tls !== undefined)
  try {
    const { logger, reopen } = await openLog(settings, debug, around)
    logger.info('Logging started for ztpserver')
    logger.info(`Using repository ${settings.dataRoot}`)
    warnOfServerUrl(settings, logger)
    const server = await startServing(settings, tls?.certificate, logger, around)
    const watch = tls?.watch(logger, server.useCertificate)
    entrance.admit(server.take, logger)
    for (const url of entrance.urls) around.print(`Starting server on ${url}`)
    around.onHangup(() => {
      void reopen()
      void watch?.look()
    })
    await stop.asked
    logger.info('stopping: requests in flight are finished first')
    watch?.end()
    await entrance.close()
    await server.stop(settings.stopTimeoutMs, stop.insisted)
    await logger.flush()
    return 0
  } finally {
    await entrance.close()
  }
}

/** Binds the sockets, and sees to the files of those that are in the file system. */
async function enter(settings: Settings, tls: boolean): Promise<Entrance> {
  const { socketMode: mode, socketGroup } = settings
  const gid =
    socketGroup === '' ? undefined : await lookUpGroup(socketGroup, '[server] socket_group')
  return openEntrance({
    endpoints: endpointsOf(settings),
    tls,
    handOver: false,
    files: createSocketFiles({ mode, uid: undefined, gid }),
  })
}

/** The application, serving what it is handed. */
type Serving = Pick<Gate, 'take' | 'useCertificate'> & {
  /** Lets requests in flight end, and cuts what is left after the limit or when somebody insists. */
  stop(limitMs: number, insisted: Promise<void>): Promise<void>
}

async function startServing(
  settings: Settings,
  certificate: Certificate | undefined,
  logger: Logger,
  { clock, environment }: Pick<Surroundings, 'clock' | 'environment'>,
): Promise<Serving> {
  const proxies = { proxies: settings.trustedProxies, header: settings.forwardedHeader }
  const application = await composeApplication(settings, { logger, clock, environment, proxies })
  const gate = await openGate(application.http, { certificate, logger })
  return { ...gate, stop: (...limits) => stopServing(application, gate, ...limits) }
}

async function stopServing(
  application: Application,
  gate: Gate,
  limitMs: number,
  insisted: Promise<void>,
): Promise<void> {
  const cut = Promise.race([insisted, wait(limitMs, undefined, { ref: false })])
  await gate.stop(cut)
  // A thread that hashes a large file would go on for minutes.
  await Promise.race([application.close(cut), cut.then(() => wait(LAST_GRACE_MS))])
}

/** What the disk may still take when the time is over, in milliseconds. */
const LAST_GRACE_MS = 1_000

type StopSignals = {
  readonly asked: Promise<void>
  /** When it is asked once more. */
  readonly insisted: Promise<void>
}

function stopSignals({ onStop }: Pick<Surroundings, 'onStop'>): StopSignals {
  const signal = () => new Promise<void>((resolve) => onStop(resolve))
  const asked = signal()
  return { asked, insisted: asked.then(signal) }
}
