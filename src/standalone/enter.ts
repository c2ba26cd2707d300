import type { Settings } from '../config/options.ts'
import { type Endpoint, endpointsOf } from '../http/entrance/endpoint.ts'
import { type Entrance, openEntrance } from '../http/entrance/entrance.ts'
import { lookUpGroup } from '../process/accounts.ts'
import { type Account, become, environmentOf, findAccount } from '../process/privileges.ts'
import { forPrograms, inheritedSockets } from '../process/service-environment.ts'
import { createSocketFiles } from '../store/socket-file.ts'
import type { Surroundings } from './surroundings.ts'

export type EnterOptions = {
  /** Whether TCP speaks TLS. */
  readonly tls: boolean
  /** Whether other processes serve. */
  readonly handOver: boolean
}

/** The process, bound to its sockets, as the user that serves. */
export type Entered = {
  readonly entrance: Entrance
  /** Whether the sockets are the service manager's, and not those of the settings. */
  readonly inherited: boolean
  /** Whom the process has become; undefined when it is who it was. */
  readonly account: Account | undefined
  /** For programs that the server starts. */
  readonly environment: NodeJS.ProcessEnv
}

/**
 * Does what may need root, and then is root no more.
 *
 * @throws ZtpError ZTP_CANNOT_LISTEN, ZTP_BAD_CONFIGURATION
 */
export async function enter(
  settings: Settings,
  { tls, handOver }: EnterOptions,
  { environment, pid, credentials }: Surroundings,
): Promise<Entered> {
  const account = await findAccount(settings, credentials)
  const gid =
    settings.socketGroup === ''
      ? account?.gid
      : await lookUpGroup(settings.socketGroup, '[server] socket_group')
  const sockets = inheritedSockets(environment, pid)
  const inherited = sockets.length > 0
  const entrance = await openEntrance({
    endpoints: inherited
      ? sockets.map((socket): Endpoint => ({ kind: 'inherited', ...socket }))
      : endpointsOf(settings),
    tls,
    handOver,
    files: createSocketFiles({ mode: settings.socketMode, uid: account?.uid, gid }),
  })
  if (account !== undefined) {
    try {
      become(account, credentials)
    } catch (thrown) {
      await entrance.close()
      throw thrown
    }
  }
  return {
    entrance,
    inherited,
    account,
    environment: environmentOf(account, forPrograms(environment)),
  }
}
