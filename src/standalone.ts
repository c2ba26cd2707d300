import { availableParallelism } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import type { Outside } from './compose.ts'
import type { Settings } from './config/options.ts'
import { endpointsOf } from './http/entrance/endpoint.ts'
import { type Entrance, openEntrance } from './http/entrance/entrance.ts'
import { loadTls, warnOfServerUrl } from './load-tls.ts'
import { openLog } from './open-log.ts'
import { lookUpGroup } from './process/accounts.ts'
import { type Account, environmentOf, findAccount } from './process/privileges.ts'
import {
  forPrograms,
  type InheritedSocket,
  inheritedSockets,
} from './process/service-environment.ts'
import { serviceManager } from './process/service-manager.ts'
import { createSocketFiles } from './store/socket-file.ts'
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
  const stop = stopSignals(around)
  const tls = await loadTls(settings, around.clock)
  const account = await findAccount(settings, around.credentials)
  const inherited = inheritedSockets(around.environment, around.pid)
  const entrance = await enter(settings, inherited, tls !== undefined, account)
  try {
    // Whatever follows is done, checked and owned as the user that serves.
    if (account !== undefined) around.credentials.become(account)
    const environment = environmentOf(account, forPrograms(around.environment))
    const { logger, reopen } = await openLog(settings, debug, around)
    logger.info('Logging started for ztpserver')
    logger.info(`Using repository ${settings.dataRoot}`)
    if (inherited.length > 0) logger.info(SOCKETS_GIVEN)
    warnOfServerUrl(settings, logger)
    if (account !== undefined) await tls?.warnUnlessReadable(logger)
    const start = { settings, debug, certificate: tls?.certificate }
    const server = await startServer(start, { logger, clock: around.clock, environment })
    const watch = tls?.watch(logger, server.useCertificate)
    entrance.admit(server.take, logger)
    for (const url of entrance.urls) around.print(`Starting server on ${url}`)
    const manager = serviceManager({ ...around, logger })
    const ready = () => manager.ready(`Listening on ${entrance.urls.join(', ')}`)
    ready()
    manager.watch(() => server.muster())
    around.onHangup(async () => {
      manager.reloading(around.monotonicUs())
      server.tell({ kind: 'reopen-log' })
      await Promise.all([reopen(), watch?.look()])
      ready()
    })
    await stop.asked
    logger.info('stopping: requests in flight are finished first')
    void manager.stopping()
    watch?.end()
    await entrance.close()
    await server.stop(Promise.race([stop.insisted, limit(settings.stopTimeoutMs)]))
    await logger.flush()
    return 0
  } finally {
    await entrance.close()
  }
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

/** Does not keep the process. */
function limit(milliseconds: number): Promise<void> {
  return wait(milliseconds, undefined, { ref: false })
}

/** Binds the sockets, and sees to the files of those that are in the file system. */
async function enter(
  settings: Settings,
  inherited: readonly InheritedSocket[],
  tls: boolean,
  account: Account | undefined,
): Promise<Entrance> {
  const { socketMode: mode, socketGroup } = settings
  const gid =
    socketGroup === '' ? account?.gid : await lookUpGroup(socketGroup, '[server] socket_group')
  return openEntrance({
    endpoints:
      inherited.length === 0
        ? endpointsOf(settings)
        : inherited.map((socket) => ({ kind: 'inherited', ...socket })),
    tls,
    handOver: workersOf(settings) > 1,
    files: createSocketFiles({ mode, uid: account?.uid, gid }),
  })
}

const SOCKETS_GIVEN =
  'the service manager gave us sockets: they take the place of [server] interface and port'

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
