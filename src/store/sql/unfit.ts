import { ZtpError } from '../../kernel/errors.ts'
import type { PoolTable } from './dialect.ts'

/** There is no such table. */
export function missingPool(table: string, where: string): ZtpError {
  return new ZtpError('ZTP_MISSING_POOL', `there is no table ${table} in ${where}`)
}

/** The table is there, but is no pool. */
export function invalidPool(table: string, where: string, why: string): ZtpError {
  return new ZtpError('ZTP_INVALID_POOL', `table ${table} in ${where} is no pool: ${why}`)
}

/** @returns why the holder does not fit into the column, which would make it another one */
export function tooLong({ name, room }: PoolTable, holder: string): ZtpError | undefined {
  const length = [...holder].length
  if (room === undefined || length <= room) return undefined
  const reason = `column node_id of table ${name} takes ${room} characters, and ${holder} has ${length}`
  return new ZtpError('ZTP_INVALID_POOL', reason)
}
