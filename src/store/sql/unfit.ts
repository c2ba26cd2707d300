import { ZtpError } from '../../kernel/errors.ts'

/** There is no such table. */
export function missingPool(table: string, where: string): ZtpError {
  return new ZtpError('ZTP_MISSING_POOL', `there is no table ${table} in ${where}`)
}

/** The table is there, but is no pool. */
export function invalidPool(table: string, where: string, why: string): ZtpError {
  return new ZtpError('ZTP_INVALID_POOL', `table ${table} in ${where} is no pool: ${why}`)
}
