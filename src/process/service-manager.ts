import { execFile } from 'node:child_process'
import { reasonOf } from '../kernel/errors.ts'
import type { Logger } from '../kernel/logger.ts'
import { watchdogInterval } from './service-environment.ts'

/** Who started us and wants to know how we are: systemd, or nobody. */
export type ServiceManager = {
  /** We serve. @param status a line for people */
  ready(status: string): void
  /** We read again what we read at start; `ready` follows. @param microseconds of the monotonic clock */
  reloading(microseconds: bigint): void
  stopping(): void
  /**
   * Tells it from now on that we live, as often as it wants to hear; never while the event loop
   * is blocked.
   *
   * @param look called each time before
   */
  watch(look: () => void): void
}

type ManagerOptions = {
  readonly environment: NodeJS.ProcessEnv
  readonly pid: number
  readonly logger: Logger
}

const NOBODY: ServiceManager = {
  ready() {},
  reloading() {},
  stopping() {},
  watch() {},
}

/**
 * Speaks to the service manager by systemd's own program, since Node has no datagram sockets in the
 * file system. The unit needs `NotifyAccess=all`: what speaks is a child of the server. A manager
 * that does not listen is no reason not to serve.
 */
export function serviceManager({ environment, pid, logger }: ManagerOptions): ServiceManager {
  if (!environment.NOTIFY_SOCKET) return NOBODY
  let last = Promise.resolve()
  let warned = false

  function tell(...variables: readonly string[]): void {
    last = last.then(async () => {
      const problem = await notify(variables, environment)
      if (problem === undefined || warned) return
      warned = true
      logger.warn(`the service manager was not told ${variables.join(' ')}: ${problem}`)
    })
  }

  return {
    ready: (status) => tell('READY=1', `STATUS=${status}`),
    reloading: (microseconds) => tell('RELOADING=1', `MONOTONIC_USEC=${microseconds}`),
    stopping: () => tell('STOPPING=1', 'STATUS=Finishing the requests in flight'),
    watch(look) {
      const interval = watchdogInterval(environment, pid)
      if (interval === undefined) return
      const timer = setInterval(() => {
        look()
        tell('WATCHDOG=1')
      }, interval / 2)
      timer.unref()
    },
  }
}

/** How long the manager may take, in milliseconds. */
const PATIENCE_MS = 10_000

/** @returns what went wrong, if anything did */
function notify(variables: readonly string[], env: NodeJS.ProcessEnv): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { env, timeout: PATIENCE_MS }
    execFile('systemd-notify', variables, options, (fault, _stdout, stderr) => {
      if (fault === null) resolve(undefined)
      else if (fault.code === 'ENOENT') resolve('there is no program systemd-notify')
      else resolve(stderr.trim() || reasonOf(fault))
    })
  })
}
