import type { Settings } from '../config/options.ts'
import { reasonOf, ZtpError } from '../kernel/errors.ts'
import { isNumber, lookUpGroup, lookUpUser, noSuch } from './accounts.ts'

/** Whom the server becomes. */
export type Account = {
  readonly uid: number
  readonly gid: number
  /** Undefined for a number that no user has: it has no further groups and no home. */
  readonly user?: { readonly name: string; readonly home: string }
}

/** Who the process is: a port. */
export type Credentials = {
  uid(): number
  gid(): number
  /** Becomes that user, with all its groups, for good. */
  become(account: Account): void
}

/**
 * The account that the settings ask for.
 *
 * @returns undefined when the process stays who it is
 * @throws ZtpError ZTP_BAD_CONFIGURATION when there is no such user or group, or we may not
 */
export async function findAccount(
  settings: Pick<Settings, 'user' | 'group'>,
  credentials: Credentials,
): Promise<Account | undefined> {
  const { user, group } = settings
  if (user === '') {
    if (group === '') return undefined
    throw bad('[server] group is set without user: a group goes with a user')
  }
  const account = await accountOf(user, group)
  if (credentials.uid() === 0) return account
  if (credentials.uid() === account.uid && credentials.gid() === account.gid) return undefined
  throw bad(
    `[server] user = ${user}: the server runs as user number ${credentials.uid()}, and only root can become another`,
  )
}

async function accountOf(user: string, group: string): Promise<Account> {
  const setting = '[server] user'
  const found = await lookUpUser(user, setting)
  const gid = group === '' ? found?.gid : await lookUpGroup(group, '[server] group')
  if (found !== undefined) return { uid: found.uid, gid: gid ?? found.gid, user: found }
  if (!isNumber(user)) throw noSuch('user', user, setting)
  if (gid === undefined) throw bad(`${setting} = ${user}: no user has this number; set group too`)
  return { uid: Number(user), gid }
}

/**
 * Becomes the user, for good.
 *
 * @throws ZtpError ZTP_BAD_CONFIGURATION when root has not the rights of root, as in a container
 */
export function become(account: Account, credentials: Credentials): void {
  try {
    credentials.become(account)
  } catch (thrown) {
    const name = account.user?.name ?? account.uid
    throw new ZtpError(
      'ZTP_BAD_CONFIGURATION',
      `[server] user: root may not become ${name} here (${reasonOf(thrown)}): let it have CAP_SETUID and CAP_SETGID, or start the server as that user, without [server] user`,
      thrown,
    )
  }
}

/** What programs that the server starts take for their user's. */
export function environmentOf(
  account: Account | undefined,
  environment: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  if (account === undefined) return environment
  const { name = String(account.uid), home = '/' } = account.user ?? {}
  return { ...environment, USER: name, LOGNAME: name, HOME: home }
}

function bad(message: string): ZtpError {
  return new ZtpError('ZTP_BAD_CONFIGURATION', message)
}
