import { execFile } from 'node:child_process'
import { reasonOf, ZtpError } from '../kernel/errors.ts'

/** A user of this machine. */
export type User = {
  readonly name: string
  readonly uid: number
  /** Its own group. */
  readonly gid: number
  readonly home: string
}

/**
 * Looks a user up, wherever the machine keeps its users.
 *
 * @param wanted a name or a number
 * @param setting what asks for it, for the message
 * @returns undefined when there is no such user
 * @throws ZtpError ZTP_BAD_CONFIGURATION when it cannot be looked up
 */
export async function lookUpUser(wanted: string, setting: string): Promise<User | undefined> {
  const entry = await lookUp('passwd', wanted, setting)
  if (entry === undefined) return undefined
  const [name = '', , uid, gid, , home = '/'] = entry
  return { name, uid: Number(uid), gid: Number(gid), home }
}

/**
 * The number of a group.
 *
 * @param wanted a name, or a number that need not be that of a group
 * @throws ZtpError ZTP_BAD_CONFIGURATION when there is no such group, or it cannot be looked up
 */
export async function lookUpGroup(wanted: string, setting: string): Promise<number> {
  if (isNumber(wanted)) return Number(wanted)
  const entry = await lookUp('group', wanted, setting)
  if (entry !== undefined) return Number(entry[2])
  throw noSuch('group', wanted, setting)
}

export function isNumber(account: string): boolean {
  return /^\d{1,9}$/.test(account)
}

export function noSuch(kind: 'user' | 'group', wanted: string, setting: string): ZtpError {
  const message = `${setting} = ${wanted}: there is no ${kind} ${wanted} on this machine`
  return new ZtpError('ZTP_BAD_CONFIGURATION', message)
}

/** How getent ends when the key is not in the database. */
const NOT_FOUND = 2

/** The fields of a line of one of the databases: Node asks none of them. */
function lookUp(
  database: 'passwd' | 'group',
  key: string,
  setting: string,
): Promise<readonly string[] | undefined> {
  return new Promise((resolve, reject) => {
    execFile('getent', ['--', database, key], (fault, line) => {
      if (fault === null) return resolve(line.trimEnd().split(':'))
      if (fault.code === NOT_FOUND) return resolve(undefined)
      const message = `${setting} = ${key}: it cannot be looked up: ${reasonOf(fault)}`
      reject(new ZtpError('ZTP_BAD_CONFIGURATION', message, fault))
    })
  })
}
