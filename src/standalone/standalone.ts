import { availableParallelism } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import type { Settings } from '../config/options.ts'
import type { Outside } from '../outside.ts'
import { serviceManager } from '../process/service-manager.ts'
import { warnOfSendfile, warnOfServerUrl } from '../warn-of-settings.ts'
import { type Entered, enter } from './enter.ts'
import { loadTls, type Tls } from './load-tls.ts'
import { type Log, openLog } from './open-log.ts'
import { type Signals, watchSignals } from './signals.ts'
import type { Surroundings } from './surroundings.ts'
import type { WorkerStart, Workers } from './workers.ts'

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
  const signals = watchSignals(around)
  let serves = false
  const serving = startAndServe({ settings, debug, around, signals }, () => {
    serves = true
  })
  // A start may hang, on a disk or a directory of users that does not answer.
  const givenUp = signals.insist.then(() => (serves ? serving : 0))
  return Promise.race([serving, givenUp])
}

type Beginning = {
  readonly settings: Settings
  readonly debug: boolean
  readonly around: Surroundings
  readonly signals: Signals
}

/** @param onReady called when everything that serves is there */
async function startAndServe(
  { settings, debug, around, signals }: Beginning,
  onReady: () => void,
): Promise<number> {
  const tls = await loadTls(settings, around.clock)
  const handOver = workersOf(settings) > 1
  const entered = await enter(settings, { tls: tls !== undefined, handOver }, around)
  try {
    const log = await openLog(settings, debug, around)
    await greet(settings, entered, tls, log)
    const start = { settings, debug, certificate: tls?.certificate }
    const { environment } = entered
    const outside = { logger: log.logger, clock: around.clock, environment }
    const server = await startServer(start, outside)
    onReady()
    const patience = await serve({ settings, around, signals, tls, entered, log, server })
    await lastLines(log, patience, around)
    return 0
  } finally {
    await entered.entrance.close()
  }
}

/** The first lines of the log. */
async function greet(
  settings: Settings,
  { inherited, account }: Entered,
  tls: Tls | undefined,
  { logger }: Log,
): Promise<void> {
  logger.info('Logging started for ztpserver')
  logger.info(`Using repository ${settings.dataRoot}`)
  if (inherited) {
    logger.info(
      'the service manager gave us sockets: they take the place of [server] interface and port',
    )
  }
  warnOfServerUrl(settings, logger)
  warnOfSendfile(settings, logger)
  if (account !== undefined) await tls?.warnUnlessReadable(logger)
}

/** Serves in this process, or in as many others as the settings ask for. */
async function startServer(start: WorkerStart, outside: Outside): Promise<Workers> {
  const { settings, certificate } = start
  const size = workersOf(settings)
  if (size > 1) return (await import('./workers.ts')).startWorkers(size, start, outside)
  const { startServing } = await import('./serving.ts')
  const serving = await startServing(settings, certificate, outside)
  return { ...serving, tell() {}, muster() {} }
}

function workersOf({ workers }: Settings): number {
  return workers === 0 ? availableParallelism() : workers
}

/** Everything that serves, ready to. */
type Ready = {
  readonly settings: Settings
  readonly around: Surroundings
  readonly signals: Signals
  readonly tls: Tls | undefined
  readonly entered: Entered
  readonly log: Log
  readonly server: Workers
}

/**
 * Lets connections in, until the process is told to stop; then ends in order.
 *
 * @returns in an object, lest it is waited for: resolves when the end has taken long enough
 */
async function serve(ready: Ready): Promise<Patience> {
  const { settings, around, signals, tls, log, server } = ready
  const { entrance } = ready.entered
  const { logger } = log
  const watch = tls?.watch(logger, server.useCertificate)
  entrance.admit(server.take, logger)
  for (const url of entrance.urls) around.print(`Starting server on ${url}`)
  const manager = serviceManager({ ...around, logger })
  const status = `Listening on ${entrance.urls.join(', ')}`
  manager.ready(status)
  manager.watch(() => server.muster())
  signals.onHangup(async () => {
    manager.reloading(around.monotonicUs())
    server.tell({ kind: 'reopen-log' })
    await Promise.all([log.reopen(), watch?.look()])
    manager.ready(status)
  })
  await signals.stop
  logger.info('stopping: requests in flight are finished first')
  manager.stopping()
  watch?.end()
  await entrance.close()
  const limit = wait(settings.stopTimeoutMs, undefined, { ref: false })
  const over = Promise.race([signals.insist, limit])
  await server.stop(over)
  return { over }
}

type Patience = { readonly over: Promise<void> }

/** What a log that is read still gets once the time to end is over, in milliseconds. */
const LAST_LINES_MS = 1_000

/** Ends the process by force where nobody reads its log, so that a write to it does not return. */
async function lastLines(
  { logger }: Log,
  { over }: Patience,
  { perish }: Surroundings,
): Promise<void> {
  const late = over.then(() => wait(LAST_LINES_MS, 'late' as const, { ref: false }))
  if ((await Promise.race([logger.flush(), late])) === 'late') perish()
}
