/** A socket that a service manager has opened for us: systemd, or whoever speaks its protocol. */
export type InheritedSocket = { readonly fd: number; readonly name: string }

/** Where the sockets begin (sd_listen_fds(3)). */
const FIRST_FD = 3

/**
 * The sockets that were handed to this process.
 *
 * @returns none where the variables are not meant for it
 */
export function inheritedSockets(
  { LISTEN_PID, LISTEN_FDS = '', LISTEN_FDNAMES = '' }: NodeJS.ProcessEnv,
  pid: number,
): readonly InheritedSocket[] {
  if (Number(LISTEN_PID) !== pid || !/^\d{1,4}$/.test(LISTEN_FDS)) return []
  const names = LISTEN_FDNAMES.split(':')
  return Array.from({ length: Number(LISTEN_FDS) }, (_, at) => ({
    fd: FIRST_FD + at,
    name: names[at] || 'unnamed',
  }))
}

/** How often the manager wants to hear from us, in milliseconds; undefined when it does not. */
export function watchdogInterval(
  { WATCHDOG_USEC = '', WATCHDOG_PID }: NodeJS.ProcessEnv,
  pid: number,
): number | undefined {
  const microseconds = Number(WATCHDOG_USEC)
  if (!(microseconds > 0) || (WATCHDOG_PID !== undefined && Number(WATCHDOG_PID) !== pid)) {
    return undefined
  }
  return microseconds / 1000
}

const OURS = [
  'LISTEN_PID',
  'LISTEN_FDS',
  'LISTEN_FDNAMES',
  'NOTIFY_SOCKET',
  'WATCHDOG_USEC',
  'WATCHDOG_PID',
]

/** The environment for programs that we start: the manager speaks to us, not to them. */
export function forPrograms(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !OURS.includes(name)))
}
