import { execFile } from 'node:child_process'
import { reasonOf, ZtpError } from '../kernel/errors.ts'

/**
 * Looks a group up, wherever the machine keeps its groups.
 *
 * @param wanted a name or a number
 * @param setting what asks for it, for the message
 * @returns its number
 * @throws ZtpError ZTP_BAD_CONFIGURATION when there is no such group
 */
export async function lookUpGroup(wanted: string, setting: string): Promise<number> {
  const [, , gid] = await entry('group', wanted, setting)
  return Number(gid)
}

const KINDS = { passwd: 'user', group: 'group' } as const

/** The fields of a line of one of the databases: Node asks none of them. */
function entry(
  database: keyof typeof KINDS,
  key: string,
  setting: string,
): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    execFile('getent', ['--', database, key], (fault, line) => {
      if (fault === null) return resolve(line.trimEnd().split(':'))
      const missing = fault.code === 2
      const reason = missing
        ? `there is no ${KINDS[database]} ${key} on this machine`
        : `the ${KINDS[database]} ${key} cannot be looked up: ${reasonOf(fault)}`
      reject(new ZtpError('ZTP_BAD_CONFIGURATION', `${setting} = ${key}: ${reason}`))
    })
  })
}
