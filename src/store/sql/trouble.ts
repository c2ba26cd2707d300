import { ZtpError } from '../../kernel/errors.ts'
import type { SqlDialect, Trouble } from './dialect.ts'

/** Another program changed rows while we did: the transaction is to be done anew. */
export class StaleRows extends Error {
  override readonly name = 'StaleRows'

  constructor() {
    super('another program changed the table at the same moment')
  }
}

/** The time for a piece of work was over; whether a commit that was under way happened is open. */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime'

  constructor(milliseconds: number, last: unknown) {
    super(`no answer within ${milliseconds / 1000} s`, { cause: last })
  }
}

/** What is to be done about whatever was thrown. */
export function troubleOf(dialect: SqlDialect, thrown: unknown): Trouble {
  if (thrown instanceof ZtpError) return 'refused'
  if (thrown instanceof StaleRows) return 'again'
  if (thrown instanceof OutOfTime) return 'lost'
  return dialect.troubleOf(thrown)
}

/** What was thrown as an error for the operator: what is coded already stays as it is. */
export function databaseFailure(dialect: SqlDialect, thrown: unknown): ZtpError {
  if (thrown instanceof ZtpError) return thrown
  const reason = `${dialect.where}: ${reasonOf(dialect, thrown)}`
  return new ZtpError('ZTP_DATABASE_FAILED', reason, thrown)
}

function reasonOf(dialect: SqlDialect, thrown: unknown): string {
  if (thrown instanceof StaleRows) return thrown.message
  if (!(thrown instanceof OutOfTime)) return dialect.reasonOf(thrown)
  const last = thrown.cause === undefined ? '' : `; last: ${dialect.reasonOf(thrown.cause)}`
  return thrown.message + last
}
