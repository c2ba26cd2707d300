import { ZtpError } from '../../kernel/errors.ts'
import type { PoolWriter, Revision, WriterParts } from './pool-writer.ts'

/** What one request of a person is served with. */
export type AdminCall = Omit<WriterParts, 'warn'> & {
  readonly writer: PoolWriter
  /** Milliseconds since 1970. */
  readonly now: number
}

/**
 * Has the ledger note what a revision came to.
 *
 * @returns the revision's result, with all of it on disk
 * @throws ZtpError, or what kept the file from being written
 */
export function commitRevision<T>(revision: Revision<T>, { ledger, cache }: AdminCall): T {
  const { result, ledger: change, failure } = revision
  if (failure !== undefined) throw failure.thrown
  if (change === undefined || ledger.commit([change], [])) return result
  cache.dropAll()
  throw new ZtpError(
    'ZTP_STORE_FAILED',
    `the pool ${change.pool} is changed, but not the ledger: what was freed may be given back to its holder; do it again`,
  )
}
