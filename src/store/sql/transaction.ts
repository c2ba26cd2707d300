import type { Session } from './dialect.ts'

/**
 * Runs changes as a transaction.
 *
 * @param table other servers are kept from it meanwhile; undefined: nobody is
 * @param beforeCommit called with what the work came to: from then on a connection that breaks leaves
 *   it open whether it was committed
 */
export async function inTransaction<T>(
  session: Session,
  table: string | undefined,
  work: () => Promise<T>,
  beforeCommit: (result: T) => void = () => undefined,
): Promise<T> {
  await session.begin(table)
  const result = await undoneIfItFails(session, work)
  beforeCommit(result)
  await session.commit()
  return result
}

async function undoneIfItFails<T>(session: Session, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    try {
      await session.rollback()
    } catch {
      session.destroy()
    }
    throw thrown
  }
}
